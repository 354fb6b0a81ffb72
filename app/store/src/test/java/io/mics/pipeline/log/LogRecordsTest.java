package io.mics.pipeline.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.mics.conversation.NewMessage;
import io.mics.pipeline.Sample;
import io.mics.proto.log.v1.LogRecord;
import io.mics.protocol.ConversationRef;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogRecordsTest {
    private static final NewMessage FULL = new NewMessage(
            "t1",
            new ConversationRef.Single("a", "b"),
            "a",
            "d1",
            "m1",
            "d1\nm1\n7",
            "d1\nm1\n6",
            "image",
            ByteString.copyFromUtf8("body"),
            Map.of("sender", "not the sender", "x", ""),
            Sample.TRACE,
            1_700_000_000_123L,
            true);

    @Test
    void aMessageIsReadAsItWasWritten() {
        NewMessage bare = new NewMessage(
                "t1",
                ConversationRef.WORLD,
                "a",
                "",
                "m1",
                "m1",
                "",
                "",
                ByteString.copyFromUtf8("x"),
                Map.of(),
                "",
                1,
                false);
        for (NewMessage message : new NewMessage[] {FULL, bare}) {
            assertThat(LogRecords.read("t1", LogRecords.write(message)))
                    .isEqualTo(new LogRecords.Read.Message(message));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tenant", "conversation", "sender", "client_msg_id", "dedup_key", "accepted_ms"})
    void aRecordWithoutAHeaderThatEveryMessageHasIsNotRead(String name) throws InvalidProtocolBufferException {
        LogRecord.Builder record = LogRecord.parseFrom(LogRecords.write(FULL)).toBuilder();
        assertThat(cause(record.removeHeader(name))).isEqualTo("header " + name + " is missing");
    }

    @Test
    void aHeaderOfALaterVersionIsIgnored() throws InvalidProtocolBufferException {
        LogRecord.Builder record = LogRecord.parseFrom(LogRecords.write(FULL)).toBuilder();
        byte[] later = record.putHeader("priority", "1").build().toByteArray();
        assertThat(LogRecords.read("t1", later)).isEqualTo(new LogRecords.Read.Message(FULL));
    }

    @Test
    void theBodyIsAPartOfTheRecord() {
        byte[] value = LogRecords.write(FULL);
        LogRecords.Read read = LogRecords.read("t1", value);
        Arrays.fill(value, (byte) 'z');
        assertThat(read)
                .isInstanceOfSatisfying(
                        LogRecords.Read.Message.class,
                        of -> assertThat(of.message().body().toStringUtf8()).isEqualTo("zzzz"));
    }

    @Test
    void aRecordWithAHeaderThatIsNotValidIsNotRead() throws InvalidProtocolBufferException {
        LogRecord record = LogRecord.parseFrom(LogRecords.write(FULL));
        assertThat(cause(record.toBuilder().putHeader("accepted_ms", "soon")))
                .isEqualTo("header accepted_ms is no number");
        assertThat(cause(record.toBuilder().putHeader("conversation", "single:b:a")))
                .isEqualTo("header conversation is no id of a conversation");
    }

    @Test
    void whatIsNoRecordOrAnotherTenantsIsNotRead() {
        assertThat(LogRecords.read("t1", "no protobuf".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(new LogRecords.Read.Unreadable("is no LogRecord"));
        assertThat(LogRecords.read("t2", LogRecords.write(FULL)))
                .isEqualTo(new LogRecords.Read.Unreadable("is of another tenant"));
    }

    private static String cause(LogRecord.Builder record) {
        return LogRecords.read("t1", record.build().toByteArray()) instanceof LogRecords.Read.Unreadable unreadable
                ? unreadable.cause()
                : "";
    }
}
