package io.mics.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.proto.hook.v1.EventType;
import io.mics.proto.hook.v1.MqEvent;
import io.mics.proto.message.v1.MessageRequest;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class EventEncoderTest {
    private static final Event EVENT = new Event(
            "t1",
            EventType.SINGLE_CHAT_MSG,
            "u1",
            "d1",
            "u2",
            MessageRequest.newBuilder()
                    .setTenantId("t1")
                    .setUserId("u1")
                    .setDeviceId("d1")
                    .setMsgId("m1")
                    .setToUserId("u2")
                    .setMsgBody(ByteString.copyFromUtf8("hi"))
                    .setTimestampMs(1_700_000_000_000L)
                    .build(),
            1_700_000_000_004L,
            "tr-5");

    private static MqEvent decoded(byte[] bytes) throws Exception {
        return MqEvent.parseFrom(bytes);
    }

    @Test
    void signsAsTheContractsTestVector() throws Exception {
        MqEvent event = decoded(new EventEncoder("node-1", () -> Optional.of("dev-secret-t1")).encode(EVENT));
        assertThat(event.getSign()).isEqualTo("OUx3mJ2EhkTohSpOBeLeW8PsY18Uw+Z1JK8r1IunfPU=");
    }

    @Test
    void signsNothingWithoutASecret() throws Exception {
        assertThat(decoded(new EventEncoder("node-1", () -> Optional.of("")).encode(EVENT))
                        .getSign())
                .isEmpty();
    }

    @Test
    void followsTheSecretAndKeepsTheLastOfATenantThatIsGone() throws Exception {
        AtomicReference<Optional<String>> secret = new AtomicReference<>(Optional.of("one"));
        EventEncoder encoder = new EventEncoder("node-1", secret::get);
        String first = decoded(encoder.encode(EVENT)).getSign();
        secret.set(Optional.of("two"));
        String second = decoded(encoder.encode(EVENT)).getSign();
        assertThat(second).isNotEqualTo(first);
        secret.set(Optional.empty());
        assertThat(decoded(encoder.encode(EVENT)).getSign()).isEqualTo(second);
    }
}
