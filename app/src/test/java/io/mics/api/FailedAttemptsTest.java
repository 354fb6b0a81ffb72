package io.mics.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FailedAttemptsTest {
    /** Near its end, where it turns over. */
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5 * FailedAttempts.INTERVAL);

    private final FailedAttempts failed = new FailedAttempts(clock::get);

    private void fail(String address, int times) {
        for (int i = 0; i < times; i++) {
            failed.add(address);
        }
    }

    @Test
    void tenAreLookedAtAndThenOneEverySixSeconds() {
        fail("a", FailedAttempts.BURST - 1);
        assertThat(failed.areTooMany("a")).isFalse();
        fail("a", 1);
        assertThat(failed.areTooMany("a")).isTrue();
        assertThat(failed.areTooMany("b")).as("others are not held to it").isFalse();
        clock.addAndGet(FailedAttempts.INTERVAL);
        assertThat(failed.areTooMany("a")).isFalse();
        fail("a", 1);
        assertThat(failed.areTooMany("a")).isTrue();
        clock.addAndGet(100 * FailedAttempts.INTERVAL);
        fail("a", FailedAttempts.BURST - 1);
        assertThat(failed.areTooMany("a")).as("all is forgiven").isFalse();
    }

    @Test
    void manyAddressesAreForgottenOldestFirst() {
        fail("first", FailedAttempts.BURST);
        for (int i = 0; i < 2_000; i++) {
            fail("other " + i, FailedAttempts.BURST);
        }
        assertThat(failed.areTooMany("first")).isFalse();
        assertThat(failed.areTooMany("other 1999")).isTrue();
    }

    @Test
    void oneNetworkOfIpv6IsOneAddress() throws Exception {
        String one = FailedAttempts.key(InetAddress.getByName("2001:db8:0:1::1"));
        assertThat(FailedAttempts.key(InetAddress.getByName("2001:db8:0:1:ffff::2")))
                .isEqualTo(one);
        assertThat(FailedAttempts.key(InetAddress.getByName("2001:db8:0:2::1"))).isNotEqualTo(one);
        assertThat(FailedAttempts.key(InetAddress.getByName("10.0.0.1")))
                .isNotEqualTo(FailedAttempts.key(InetAddress.getByName("10.0.0.2")));
    }
}
