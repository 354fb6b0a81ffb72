package io.mics.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.proto.hook.v1.EventType;
import io.mics.proto.message.v1.MessageRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryEventLogTest extends EventLogContract {
    private final MemoryEventLog contracted = new MemoryEventLog(100, 1_000);
    private int tenants;
    private final MemoryEventLog log = new MemoryEventLog(3, 100);

    @Override
    protected EventLog log() {
        return contracted;
    }

    @Override
    protected List<String> usersSeen(String tenant, int count) {
        return contracted.of(tenant).stream().map(Event::user).toList();
    }

    @Override
    protected String newTenant() {
        return "contract-" + ++tenants;
    }

    private void publish(String tenant, String user, int bytes) {
        MessageRequest data = MessageRequest.newBuilder()
                .setMsgBody(ByteString.copyFrom(new byte[bytes]))
                .build();
        assertThat(log.publish(new Event(tenant, EventType.SINGLE_CHAT_MSG, user, "d1", "u2", data, 1, "trace")))
                .isTrue();
    }

    @Test
    void showsOneTenantsNewestEventsInOrder() {
        for (String user : new String[] {"gone", "a", "b"}) {
            publish("t1", user, 1);
        }
        publish("t2", "other", 1);
        assertThat(log.of("t1")).extracting(Event::user).containsExactly("a", "b");
        assertThat(log.of("t2")).extracting(Event::user).containsExactly("other");
        assertThat(log.of("t3")).isEmpty();
    }

    @Test
    void refusesOfflineEvents() {
        assertThat(log.publish(new Event(
                        "t1",
                        EventType.OFFLINE_MESSAGE,
                        "a",
                        "d1",
                        "u2",
                        MessageRequest.getDefaultInstance(),
                        1,
                        "trace")))
                .isFalse();
        assertThat(log.of("t1")).isEmpty();
    }

    @Test
    void leavesOutWhatIsTooLargeToShowAndRefusesNothing() {
        publish("t1", "a", 1);
        publish("t1", "large", 101);
        assertThat(log.of("t1")).extracting(Event::user).containsExactly("a");
    }
}
