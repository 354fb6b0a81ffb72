package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.SendMessage;
import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Groups whose members are in the database, as operators make them. */
@Tag("engine")
@Timeout(120)
class StoredGroupsTest {
    @TempDir
    private Path folder;

    private TestGateway gateway;

    @BeforeEach
    void start() {
        gateway = start("stored");
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private TestGateway start(String groups) {
        return TestGateway.start(
                "",
                "store: {folder: '" + folder + "'}\n"
                        + "defaults: {messages: durable, durable: {groups: " + groups
                        + "}, hooks: {timeout: 20s, auth-timeout: 20s}}");
    }

    private HttpResponse<String> post(String tenant, String body) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + gateway.internalPort() + "/internal/conversations?tenant=" + tenant);
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri)
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private static String reason(RawClient client, String name) throws IOException {
        client.send(ClientFrame.newBuilder()
                .setSend(SendMessage.newBuilder()
                        .setClientMsgId(name)
                        .setConversationId("group:team")
                        .setBody(ByteString.copyFromUtf8("hi")))
                .build());
        return client.readProtobuf().getAck().getReason();
    }

    @Test
    void whoJoinsMayWriteAtOnceAndWhoLeavesMayNot() throws Exception {
        try (RawClient one = gateway.connect("u1", "d1")) {
            assertThat(reason(one, "m1")).isEqualTo("conversation not found");

            assertThat(post("playground", "{\"conversationId\":\"group:team\",\"join\":[\"u1\",\"u2\"]}")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(reason(one, "m2")).isEmpty();
            assertThat(gateway.getInternal(
                                    "/internal/conversations/members?tenant=playground&conversationId=group:team")
                            .body())
                    .contains("\"members\":[\"u1\",\"u2\"]");

            assertThat(post("playground", "{\"conversationId\":\"group:team\",\"leave\":[\"u1\"]}")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(reason(one, "m3")).isEqualTo("conversation not found");
        }
    }

    @Test
    void whatIsWrongIsNamed() throws Exception {
        assertThat(post("nobody", "{\"conversationId\":\"group:team\"}").body()).contains("\"field\":\"tenant\"");
        assertThat(post("playground", "{}").body()).contains("\"field\":\"conversationId\"");
        assertThat(post("playground", "{\"conversationId\":\"single:a:b\"}").body())
                .contains("\"field\":\"conversationId\"");
        assertThat(post("playground", "{\"conversationId\":\"group:team\",\"join\":[1]}")
                        .body())
                .contains("\"field\":\"join\"");
        assertThat(post("playground", "[").body()).contains("\"field\":\"body\"");
    }

    @Test
    void groupsOfABackendAreForTheBackendToChange() throws Exception {
        gateway.close();
        gateway = start("hook");
        HttpResponse<String> answer = post("playground", "{\"conversationId\":\"group:team\",\"join\":[\"u1\"]}");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"field\":\"tenant\"", "whose groups are stored");
    }
}
