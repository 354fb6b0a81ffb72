package io.mics.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.address.Literal;
import io.mics.observe.Metrics;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AddressLimitsTest {
    private final AtomicLong now = new AtomicLong(1);
    private AddressSettings settings =
            new AddressSettings(List.of(), AddressSettings.Forwarded.X_FORWARDED_FOR, 2, 0, 3);
    private final List<Timer.Watched> scheduled = new ArrayList<>();
    private final Timer timer = (watched, delay) -> {
        assertThat(delay).isEqualTo(TimeUnit.MINUTES.toNanos(1));
        scheduled.add(watched);
        return () -> {};
    };
    private final AddressLimits limits = AddressLimits.start(() -> settings, new Metrics(), timer, now::get);

    private ClientAddress connect(String address) {
        InetAddress parsed = Literal.parse(address).orElseThrow();
        return ClientAddress.of(new InetSocketAddress(parsed, 1), limits);
    }

    @Test
    void theThirdSocketIsAnsweredAndTheFifthDropped() {
        List<ClientAddress> clients = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            clients.add(connect("192.0.2.1"));
        }
        assertThat(clients.get(1).refusal()).isEmpty();
        assertThat(clients.get(2).refusal()).hasValue("too many connections from this address");
        assertThat(clients.get(2).dropped()).isFalse();
        assertThat(clients.get(4).dropped()).isTrue();
        assertThat(connect("192.0.2.2").refusal()).isEmpty();
        clients.forEach(ClientAddress::ended);
        clients.forEach(ClientAddress::ended);
        assertThat(connect("192.0.2.1").refusal()).isEmpty();
    }

    @Test
    void addressesOfOneSiteShareALimitAndThoseOfAnotherDoNot() {
        connect("2001:db8:0:1::1");
        connect("2001:db8:0:1::2");
        assertThat(connect("2001:db8:0:1:ffff::3").refusal()).isPresent();
        assertThat(connect("2001:db8:0:2::1").refusal()).isEmpty();
    }

    @Test
    void peersOnThisMachineAreNotLimited() {
        for (int i = 0; i < 10; i++) {
            assertThat(connect("127.0.0.1").refusal()).isEmpty();
        }
    }

    @Test
    void newSocketsPerSecondAreLimitedAfterABurst() {
        settings = new AddressSettings(List.of(), AddressSettings.Forwarded.X_FORWARDED_FOR, 0, 10, 0);
        int admitted = 0;
        for (int i = 0; i < 30; i++) {
            ClientAddress client = connect("192.0.2.1");
            admitted += client.refusal().isEmpty() ? 1 : 0;
            client.ended();
        }
        assertThat(admitted).isEqualTo(20);
        assertThat(connect("192.0.2.1").refusal().orElseThrow()).endsWith("reconnect=1000ms");
        now.addAndGet(TimeUnit.SECONDS.toNanos(10));
        assertThat(connect("192.0.2.1").refusal()).isEmpty();
    }

    @Test
    void failedLoginsMakeAnAddressWaitTwiceAsLongEachTime() {
        for (int i = 0; i < 3; i++) {
            ClientAddress client = connect("192.0.2.1");
            client.authFailed();
            client.ended();
        }
        List<String> waits = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ClientAddress failing = connect("192.0.2.1");
            assertThat(failing.refusal()).isEmpty();
            failing.authFailed();
            failing.ended();
            ClientAddress next = connect("192.0.2.1");
            waits.add(next.refusal().orElse(""));
            next.ended();
            now.addAndGet(TimeUnit.SECONDS.toNanos(1 << i));
        }
        assertThat(waits)
                .containsExactly(
                        "too many failed logins from this address; reconnect=1000ms",
                        "too many failed logins from this address; reconnect=2000ms",
                        "too many failed logins from this address; reconnect=4000ms");
        assertThat(connect("192.0.2.2").refusal()).isEmpty();
    }

    @Test
    void whatIsRememberedOfAddressesIsBounded() {
        for (int i = 0; i < AddressLimits.ADDRESSES_MAX + 100; i++) {
            connect((i >> 16 & 255) + 1 + "." + (i >> 8 & 255) + "." + (i & 255) + ".9")
                    .ended();
        }
        assertThat(limits.known()).isLessThanOrEqualTo(AddressLimits.ADDRESSES_MAX);
    }

    @Test
    void aFullTableIsSearchedForRoomOnceASecondAndNotForEverySocket() {
        List<ClientAddress> connected = new ArrayList<>();
        for (int i = 0; i < AddressLimits.ADDRESSES_MAX; i++) {
            connected.add(connect("10." + (i >> 16 & 255) + "." + (i >> 8 & 255) + "." + (i & 255)));
        }
        assertThat(connect("192.0.2.1").refusal()).isEmpty();
        connected.getFirst().ended();
        now.addAndGet(TimeUnit.SECONDS.toNanos(1) - 1);
        assertThat(isLimited("192.0.2.2")).isFalse();
        now.incrementAndGet();
        assertThat(isLimited("192.0.2.2")).isTrue();
        assertThat(limits.known()).isEqualTo(AddressLimits.ADDRESSES_MAX);
    }

    private boolean isLimited(String address) {
        connect(address);
        connect(address);
        return connect(address).refusal().isPresent();
    }

    @Test
    void everyMinuteWhatIsLongAwayIsForgottenAndWhoIsHereOrFailedLatelyIsNot() {
        connect("192.0.2.1").ended();
        connect("192.0.2.2");
        ClientAddress failing = connect("192.0.2.3");
        failing.ended();
        now.addAndGet(TimeUnit.MINUTES.toNanos(9));
        failing.authFailed();
        assertThat(sweep()).isEqualTo(TimeUnit.MINUTES.toNanos(1));
        assertThat(limits.known()).as("nobody is away for ten minutes").isEqualTo(3);
        now.addAndGet(TimeUnit.MINUTES.toNanos(2));
        sweep();
        assertThat(limits.known()).isEqualTo(2);
        now.addAndGet(TimeUnit.MINUTES.toNanos(11));
        sweep();
        assertThat(limits.known()).as("who is connected").isEqualTo(1);
    }

    private long sweep() {
        assertThat(scheduled).hasSize(1);
        return scheduled.getFirst().look(now.get());
    }
}
