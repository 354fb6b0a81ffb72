package io.mics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The JSON protocol of a durable tenant, on a real node; in JSON of this test, quotes are single. */
@Tag("engine")
@Timeout(180)
class DurableJsonTest {
    private static final Pattern MESSAGE_ID = Pattern.compile("\"messageId\":\"(\\d+)\"");

    @TempDir
    private Path folder;

    private TestGateway gateway;

    @BeforeEach
    void start() {
        gateway = TestGateway.start(
                "",
                "playground: {groups: {g: [u1, u2]}}\n"
                        + "store: {folder: '" + folder + "'}\n"
                        + "defaults: {messages: durable, hooks: {timeout: 20s, auth-timeout: 20s}}");
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private RawClient json(String user) throws IOException {
        RawClient client = RawClient.upgraded(
                gateway.port(),
                RawClient.query(TestGateway.TENANT, "valid:" + user, "d1"),
                "Sec-WebSocket-Protocol: mics.json.v1");
        assertThat(client.read().text()).contains("\"connected\"");
        return client;
    }

    private static String ask(RawClient client, String type, String data) throws IOException {
        client.sendText(("{'type':'" + type + "','data':{" + data + "}}").replace('\'', '"'));
        return client.read().text();
    }

    private static String send(RawClient client, String name, String content) throws IOException {
        String ack = ask(
                client,
                "send-message",
                "'tempMessageId':'" + name + "','conversationId':'single_u2_u1','content':'" + content + "'");
        assertThat(ack).contains("\"message-ack\"", "\"tempMessageId\":\"" + name + "\"");
        Matcher id = MESSAGE_ID.matcher(ack);
        return id.find() ? id.group(1) : ack;
    }

    @Test
    void messagesHaveNumbersAndIdsInEveryFrame() throws IOException {
        try (RawClient one = json("u1");
                RawClient two = json("u2")) {
            String ack = ask(
                    one,
                    "send-message",
                    "'tempMessageId':'t1','conversationId':'single_u2_u1','content':'hi','messageType':'image'");
            assertThat(ack).contains("\"status\":\"persisted\"", "\"seqId\":1", "\"conversationId\":\"single:u1:u2\"");
            Matcher id = MESSAGE_ID.matcher(ack);
            assertThat(id.find()).isTrue();
            String messageId = id.group(1);
            assertThat(two.read().text())
                    .contains("\"new-message\"", "\"message_id\":\"" + messageId + "\"", "\"seq_id\":1")
                    .contains("\"seqId\":1", "\"client_msg_id\":\"t1\"", "\"message_type\":\"image\"");
            assertThat(ask(one, "send-message", "'client_msg_id':'t1','conversation_id':'single:u1:u2','content':'hi'"))
                    .contains("\"status\":\"duplicate\"", "\"messageId\":\"" + messageId + "\"");
            assertThat(ask(two, "sync", "'conversationId':'single:u1:u2','afterSeq':'0','requestId':'r1'"))
                    .contains("\"sync-result\"", "\"requestId\":\"r1\"", "\"lastSeq\":1", "\"hasMore\":false")
                    .contains("\"messageId\":\"" + messageId + "\"", "\"content\":\"hi\"");
            assertThat(ask(two, "conversations", "'limit':10"))
                    .contains("\"conversations\":[{\"conversationId\":\"single:u1:u2\"", "\"unread\":1");
        }
    }

    @Test
    void changesAreSaidToBoth() throws IOException {
        try (RawClient one = json("u1");
                RawClient two = json("u2")) {
            String first = send(one, "t1", "typo");
            String second = send(one, "t2", "regret");
            two.read();
            two.read();
            assertThat(ask(one, "edit", "'conversationId':'single:u1:u2','messageId':'" + first + "','content':'new'"))
                    .contains("\"message-edited\"", "\"content\":\"new\"", "\"version\":1");
            assertThat(two.read().text()).contains("\"message-edited\"", "\"seqId\":1");
            assertThat(ask(one, "recall", "'messageId':" + second)).contains("\"message-recalled\"", "\"seqId\":2");
            assertThat(two.read().text()).contains("\"message-recalled\"", "\"operatorId\":\"u1\"");
            assertThat(ask(two, "recall", "'messageId':'" + first + "','requestId':'r1'"))
                    .contains("\"RECALL_REFUSED\"", "\"requestId\":\"r1\"");
            assertThat(ask(two, "mark-read", "'conversationId':'single:u1:u2','seqId':'2'"))
                    .contains("\"conversation-update\"", "\"unread\":0");
            assertThat(one.read().text()).contains("\"message-read\"", "\"userId\":\"u2\"", "\"seqId\":2");
            two.sendText("{\"type\":\"typing\",\"data\":{\"conversationId\":\"single:u1:u2\"}}");
            assertThat(one.read().text()).contains("\"typing\"", "\"userId\":\"u2\"");
            assertThat(ask(two, "hide", "'conversationId':'single:u1:u2','seqIds':[1]"))
                    .contains("\"conversation-update\"");
            assertThat(ask(two, "clear", "'conversationId':'single:u1:u2','beforeSeq':2"))
                    .contains("\"conversation-update\"");
            assertThat(ask(two, "sync", "'conversationId':'single:u1:u2'")).contains("\"messages\":[]");
        }
    }

    @Test
    void theRefusalOfARecallOrAnEditNamesItsRequest() throws IOException {
        try (RawClient one = json("u1");
                RawClient two = json("u2")) {
            String id = send(one, "t1", "mine");
            two.read();
            String edit = "'conversationId':'single:u1:u2','content':'new','messageId':";
            for (String refused : List.of(
                    "recall 'messageId':'" + id + "'",
                    "recall 'messageId':'1'",
                    "recall 'conversationId':'single:u1:u2'",
                    "recall 'tempMessageId':'t9','conversationId':'single:u1:u2'",
                    "edit " + edit + "'" + id + "'",
                    "edit " + edit + "'1'",
                    "edit 'messageId':'" + id + "'")) {
                String type = refused.substring(0, refused.indexOf(' '));
                assertThat(ask(two, type, refused.substring(type.length() + 1) + ",'requestId':'r1'"))
                        .as(refused)
                        .contains("\"error\"", "\"requestId\":\"r1\"");
            }
        }
    }

    @Test
    void mistakesAreNamedAndTheConnectionStays() throws IOException {
        try (RawClient one = json("u1")) {
            assertThat(ask(one, "sync", "'afterSeq':1,'requestId':'r1'"))
                    .contains("missing required field: conversationId", "\"field\":\"conversationId\"")
                    .contains("\"requestId\":\"r1\"");
            assertThat(ask(one, "sync", "'conversationId':'group:none','requestId':'r2'"))
                    .contains("\"CONVERSATION_NOT_FOUND\"", "\"requestId\":\"r2\"");
            assertThat(ask(one, "sync", "'conversationId':'single:u1:u2','afterSeq':-1"))
                    .contains("\"INVALID_MESSAGE\"", "\"field\":\"afterSeq\"");
            assertThat(ask(one, "send-message", "'tempMessageId':'t','conversationId':'group:none','content':'x'"))
                    .contains("\"message-ack\"", "\"status\":\"failed\"", "\"reason\":\"conversation not found\"");
            one.sendText("{\"type\":\"ping\"}");
            assertThat(new String(one.read().payload(), UTF_8)).contains("\"pong\"");
        }
    }
}
