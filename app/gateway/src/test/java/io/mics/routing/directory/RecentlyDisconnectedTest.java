package io.mics.routing.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentlyDisconnectedTest {
    private static final DeviceKey DEVICE = new DeviceKey("t1", "u1", "phone");

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // a clock may begin anywhere
    private final RecentlyDisconnected devices = new RecentlyDisconnected(nanos::get);

    private RecentSends sent(String id) {
        RecentSends sent = new RecentSends(nanos::get);
        sent.begun(1, id, 10, nanos.get(), 77);
        return sent;
    }

    private void pass(long seconds) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    @Test
    void forgetsAfterTwoMinutesThoughNoOtherDeviceDisconnects() {
        devices.add(DEVICE, sent("1"));
        pass(61);
        devices.forgetOld();
        assertThat(devices.find(DEVICE)).as("of the generation before").isNotNull();
        pass(61);
        devices.forgetOld();
        assertThat(devices.find(DEVICE)).isNull();
    }

    @Test
    void forgetsAtOnceWhatIsFoundTooOld() {
        devices.add(DEVICE, sent("1"));
        assertThat(devices.all()).containsOnlyKeys(DEVICE);
        pass(121);
        assertThat(devices.all()).isEmpty();
    }

    @Test
    void whatADeviceSentLongerThanAMinuteAgoIsNotListed() {
        RecentSends sends = sent("1");
        pass(59);
        sends.begun(1, "2", 20, nanos.get(), 78);
        assertThat(sends.toList()).hasSize(2);
        pass(2);
        assertThat(sends.toList())
                .singleElement()
                .satisfies(message -> assertThat(message.getMsgId()).isEqualTo("2"));
        pass(60);
        assertThat(sends.takeOver(1)).isEqualTo(List.of());
        assertThat(sends.isEmpty()).isTrue();
        devices.add(DEVICE, sends);
        assertThat(devices.find(DEVICE)).isNull();
    }
}
