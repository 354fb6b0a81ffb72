package io.mics.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.protocol.ConversationRequest;
import io.mics.protocol.ErrorCode;
import io.mics.protocol.InboundFrame;
import io.mics.protocol.OutboundFrame;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients of durable tenants write; in JSON of the tests, quotes are single. */
class JsonRequestsTest {
    private final JsonCodec durable = new JsonCodec("u1", 5, false, true);
    private final JsonCodec pipe = new JsonCodec("u1", 5);

    private static InboundFrame decode(JsonCodec codec, String json) {
        byte[] bytes = json.replace('\'', '"').getBytes(UTF_8);
        return codec.decode(bytes, 0, bytes.length);
    }

    private InboundFrame decode(String type, String fields) {
        return decode(durable, "{'type':'" + type + "','data':{" + fields + "}}");
    }

    private static OutboundFrame.Failure failure(InboundFrame frame) {
        assertThat(frame).isInstanceOf(InboundFrame.Unreadable.class);
        return ((InboundFrame.Unreadable) frame).failure();
    }

    @Test
    void readsAMessageToAConversationAsItIsSpelled() {
        assertThat(decode("send-message", "'tempMessageId':'t1','conversationId':'single_u1_u2','content':'hi'"))
                .isEqualTo(new ConversationRequest.Send(
                        "t1", "single_u1_u2", "text", ByteString.copyFromUtf8("hi"), Map.of()));
        assertThat(decode(
                        "send-message",
                        "'client_msg_id':'t1','conversation_id':'world','content':'hi','message_type':2,"
                                + "'headers':{'a':'b'}"))
                .isEqualTo(new ConversationRequest.Send(
                        "t1", "world", "image", ByteString.copyFromUtf8("hi"), Map.of("a", "b")));
    }

    @Test
    void readsRequests() {
        assertThat(decode("sync", "'conversationId':'group:g','afterSeq':7,'limit':9,'requestId':'r'"))
                .isEqualTo(new ConversationRequest.Sync("group:g", 7, 9, "r"));
        assertThat(decode("sync", "'conversation_id':'group:g','after_seq':'7','request_id':'r'"))
                .isEqualTo(new ConversationRequest.Sync("group:g", 7, 0, "r"));
        assertThat(decode("sync", "'conversationId':'group:g','afterSeq':-1,'limit':-2"))
                .isEqualTo(new ConversationRequest.Sync("group:g", -1, -2, ""));
        assertThat(decode("conversations", "'changedSince':5,'limit':6,'cursor':'x','requestId':'r'"))
                .isEqualTo(new ConversationRequest.ListConversations(5, 6, "x", "r"));
        assertThat(decode(durable, "{'type':'conversations'}"))
                .isEqualTo(new ConversationRequest.ListConversations(0, 0, "", ""));
        assertThat(decode("mark-read", "'conversationId':'c','seqId':'9223372036854775807'"))
                .isEqualTo(new ConversationRequest.MarkRead("c", Long.MAX_VALUE, ""));
        assertThat(decode("typing", "'conversationId':'c'")).isEqualTo(new ConversationRequest.Typing("c"));
        assertThat(decode("hide", "'conversationId':'c','seqIds':[1,'2'],'requestId':'r'"))
                .isEqualTo(new ConversationRequest.Hide("c", List.of(1L, 2L), "r"));
        assertThat(decode("hide", "'conversationId':'c','seqId':3"))
                .isEqualTo(new ConversationRequest.Hide("c", List.of(3L), ""));
        assertThat(decode("clear", "'conversationId':'c','beforeSeq':1,'beforeMs':2,'requestId':'r'"))
                .isEqualTo(new ConversationRequest.Clear("c", 1, 2, "r"));
        assertThat(decode("clear", "'conversationId':'c'")).isEqualTo(new ConversationRequest.Clear("c", 0, 0, ""));
        assertThat(decode("edit", "'conversationId':'c','messageId':'7','content':'new','requestId':'r'"))
                .isEqualTo(new ConversationRequest.Edit("c", 7, ByteString.copyFromUtf8("new"), "r"));
    }

    @Test
    void aMessageIsRecalledByItsIdOrByItsSendersNameForIt() {
        for (String id : List.of("1152921504606846976", "'1152921504606846976'")) {
            assertThat(decode("recall", "'messageId':" + id))
                    .isEqualTo(new ConversationRequest.Recall(1L << 60, "", "", ""));
        }
        assertThat(decode("recall", "'messageId':'7','conversationId':'c','requestId':'r'"))
                .isEqualTo(new ConversationRequest.Recall(7, "", "c", "r"));
        assertThat(decode("recall", "'tempMessageId':'7','conversationId':'c'"))
                .isEqualTo(new ConversationRequest.Recall(0, "7", "c", ""));
        assertThat(failure(decode("recall", "'clientMsgId':'7'")).field()).isEqualTo("conversationId");
    }

    @Test
    void aDeviceSaysWhatItHasShown() {
        assertThat(decode("delivery-ack", "'messageIds':['7',8]"))
                .isEqualTo(new ConversationRequest.Delivered(List.of(7L, 8L), "", 0));
        assertThat(decode("delivery-ack", "'messageId':'7','conversationId':'c'"))
                .isEqualTo(new ConversationRequest.Delivered(List.of(7L), "c", 0));
        assertThat(decode("delivery-ack", "'conversationId':'c','seqId':9"))
                .isEqualTo(new ConversationRequest.Delivered(List.of(), "c", 9));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = '|',
            value = {
                "send-message | 'conversationId':'c','content':'x' | missing required field: tempMessageId",
                "send-message | 'tempMessageId':'t','content':'x' | missing required field: conversationId",
                "send-message | 'tempMessageId':'t','conversationId':'c' | missing required field: content",
                "send-message | 'tempMessageId':'t','conversationId':'c','content':'' | not a non-empty string:"
                        + " content",
                "send-message | 'tempMessageId':'t','conversationId':7,'content':'x' | not a non-empty string:"
                        + " conversationId",
                "send-message | 'tempMessageId':'t','conversationId':'c','content':'x','headers':[] | not an object of"
                        + " strings: headers",
                "send-message | 'tempMessageId':'t','conversationId':'c','content':'x','headers':{'a':1} | not an"
                        + " object of strings: headers",
                "send-message | 'tempMessageId':'t','conversationId':'c','content':'x','messageType':'?' | messageType"
                        + " is one of text, image, file, voice, video, system",
                "send-message | 'tempMessageId':'t','conversationId':'c','content':'x','messageType':null |"
                        + " messageType is one of text, image, file, voice, video, system",
                "sync | 'afterSeq':1 | missing required field: conversationId",
                "sync | 'conversationId':'c','afterSeq':1.5 | not a 64-bit integer: afterSeq",
                "sync | 'conversationId':'c','afterSeq':1e999999 | not a 64-bit integer: afterSeq",
                "sync | 'conversationId':'c','afterSeq':9223372036854775808 | not a 64-bit integer: afterSeq",
                "sync | 'conversationId':'c','limit':'many' | not a 64-bit integer: limit",
                "sync | 'conversationId':'c','limit':{} | not a 64-bit integer: limit",
                "sync | 'conversationId':'c','requestId':7 | not a string: requestId",
                "conversations | 'changedSince':true | not a 64-bit integer: changedSince",
                "conversations | 'limit':'' | not a 64-bit integer: limit",
                "conversations | 'cursor':7 | not a string: cursor",
                "mark-read | 'seqId':1 | missing required field: conversationId",
                "mark-read | 'conversationId':'c' | missing required field: seqId",
                "mark-read | 'conversationId':'c','seqId':'x' | not a 64-bit integer: seqId",
                "recall | 'conversationId':'c' | missing required field: messageId",
                "recall | 'messageId':'m1' | not a 64-bit integer: messageId",
                "recall | 'messageId':7,'conversationId':7 | not a string: conversationId",
                "edit | 'messageId':7,'content':'x' | missing required field: conversationId",
                "edit | 'conversationId':'c','content':'x' | missing required field: messageId",
                "edit | 'conversationId':'c','messageId':7 | missing required field: content",
                "typing | 'x':1 | missing required field: conversationId",
                "hide | 'seqIds':[1] | missing required field: conversationId",
                "hide | 'conversationId':'c' | missing required field: seqIds",
                "hide | 'conversationId':'c','seqIds':[] | not a list of 64-bit integers: seqIds",
                "hide | 'conversationId':'c','seqIds':[1,null] | not a list of 64-bit integers: seqIds",
                "clear | 'beforeSeq':1 | missing required field: conversationId",
                "clear | 'conversationId':'c','beforeMs':'soon' | not a 64-bit integer: beforeMs",
                "delivery-ack | 'conversationId':'c' | missing required field: messageIds",
                "delivery-ack | 'messageIds':'7' | not a list of 64-bit integers: messageIds",
                "delivery-ack | 'messageIds':['m1'] | not a list of 64-bit integers: messageIds",
                "delivery-ack | 'seqId':9 | missing required field: conversationId",
            })
    void namesTheFieldThatIsWrong(String type, String fields, String what) {
        OutboundFrame.Failure failure = failure(decode(type, fields + ",'requestID':1"));
        assertThat(failure.message()).isEqualTo(what);
        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID);
        assertThat(what).contains(failure.field());
        assertThat(failure.msgId()).isEqualTo(fields.contains("'tempMessageId'") ? "t" : "");
    }

    @Test
    void aRequestIdComesBackInTheErrorAndHasABound() {
        assertThat(failure(decode("sync", "'requestId':'r'")).requestId()).isEqualTo("r");
        assertThat(decode("sync", "'conversationId':'c','requestId':'" + "r".repeat(128) + "'"))
                .isInstanceOf(ConversationRequest.Sync.class);
        assertThat(failure(decode("sync", "'conversationId':'c','requestId':'" + "r".repeat(129) + "'"))
                        .field())
                .isEqualTo("requestId");
    }

    @Test
    void fieldsHaveTheirNamesInSnakeCaseToo() {
        assertThat(decode("mark-read", "'conversation_id':'c','seq_id':7"))
                .isEqualTo(new ConversationRequest.MarkRead("c", 7, ""));
        assertThat(decode("recall", "'message_id':'7','conversation_id':'c'"))
                .isEqualTo(new ConversationRequest.Recall(7, "", "c", ""));
        assertThat(decode("delivery-ack", "'message_ids':[7]"))
                .isEqualTo(new ConversationRequest.Delivered(List.of(7L), "", 0));
        assertThat(decode("hide", "'conversation_id':'c','seq_ids':[7]"))
                .isEqualTo(new ConversationRequest.Hide("c", List.of(7L), ""));
        assertThat(decode("clear", "'conversation_id':'c','before_seq':1,'before_ms':2"))
                .isEqualTo(new ConversationRequest.Clear("c", 1, 2, ""));
        assertThat(decode("conversations", "'changed_since':5,'request_id':'r'"))
                .isEqualTo(new ConversationRequest.ListConversations(5, 0, "", "r"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"send-message", "edit"})
    void contentHasABoundInCharacters(String type) {
        String head = "'tempMessageId':'t','conversationId':'c','messageId':7,'content':";
        assertThat(decode(type, head + "'äöü😀5'")).isInstanceOf(ConversationRequest.class);
        assertThat(failure(decode(type, head + "'123456'")).code()).isEqualTo(ErrorCode.TOO_LARGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sync", "conversations", "mark-read", "edit", "typing", "hide", "clear"})
    void tenantsWithoutDurableConversationsAnswerThatTheyHaveNone(String type) {
        OutboundFrame.Failure failure = failure(decode(pipe, "{'type':'" + type + "','data':{'requestId':'r'}}"));
        assertThat(failure.code()).isEqualTo(ErrorCode.UNKNOWN_TYPE);
        assertThat(failure.message()).isEqualTo("durable only");
        assertThat(failure.requestId()).isEqualTo("r");
        for (String data : List.of("7", "{}", "{'requestId':7}", "{'requestId':'" + "r".repeat(129) + "'}")) {
            assertThat(failure(decode(pipe, "{'type':'" + type + "','data':" + data + "}")))
                    .as(data)
                    .isEqualTo(new OutboundFrame.Failure(ErrorCode.UNKNOWN_TYPE, "durable only", "type"));
        }
        assertThat(failure(decode(durable, "{'type':'" + type + "','data':7}")).field())
                .isEqualTo("data");
    }

    @Test
    void unknownTypesAreUnknownOnEveryTenant() {
        assertThat(failure(decode(durable, "{'type':'sing'}")).message()).isEqualTo("unknown type");
        assertThat(failure(decode(pipe, "{'type':'sing'}")).message()).isEqualTo("unknown type");
        assertThat(decode(durable, "{'type':'ping'}")).isInstanceOf(InboundFrame.Ping.class);
    }

    @Test
    void whateverTheFieldsHoldDecodingAnswers() {
        String[] values = {"null", "7", "-1", "1e400", "''", "'x'", "[]", "[1]", "{}", "{'a':'b'}", "true"};
        String[] fields = {
            "tempMessageId", "conversationId", "content", "messageType", "headers", "messageId", "messageIds", "seqId",
            "seqIds", "afterSeq", "limit", "cursor", "requestId", "beforeSeq", "beforeMs", "changedSince"
        };
        String[] types = {
            "send-message",
            "sync",
            "conversations",
            "mark-read",
            "recall",
            "edit",
            "typing",
            "hide",
            "clear",
            "delivery-ack"
        };
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder data = new StringBuilder();
            for (String field : fields) {
                if (random.nextBoolean()) {
                    data.append(data.isEmpty() ? "" : ",")
                            .append("'" + field + "':" + values[random.nextInt(values.length)]);
                }
            }
            InboundFrame read = decode(types[random.nextInt(types.length)], data.toString());
            assertThat(read)
                    .as(data.toString())
                    .isInstanceOfAny(ConversationRequest.class, InboundFrame.Unreadable.class);
        }
    }
}
