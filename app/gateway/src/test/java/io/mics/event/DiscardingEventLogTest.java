package io.mics.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.hook.v1.EventType;
import io.mics.proto.message.v1.MessageRequest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DiscardingEventLogTest {
    private final EventLog log = new DiscardingEventLog();

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNRECOGNIZED")
    void refusesOfflineEventsAloneAndQueuesNone(EventType type) {
        Event event = new Event("t1", type, "a", "d1", "u2", MessageRequest.getDefaultInstance(), 1, "trace");
        assertThat(log.publish(event)).isEqualTo(type != EventType.OFFLINE_MESSAGE);
        assertThat(log.queued("t1")).isZero();
    }
}
