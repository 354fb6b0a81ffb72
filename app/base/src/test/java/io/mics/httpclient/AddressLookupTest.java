package io.mics.httpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mics.concurrent.Deadline;
import io.mics.httpclient.AddressLookup.BusyException;
import io.mics.testing.HandWrittenHttp;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AddressLookupTest {
    private final CountDownLatch answer = new CountDownLatch(1);
    private final AddressLookup hanging = new AddressLookup(host -> {
        try {
            answer.await();
        } catch (InterruptedException e) {
            throw new UnknownHostException(host);
        }
        return new InetAddress[] {InetAddress.getLoopbackAddress()};
    });
    private final Semaphore own = new Semaphore(2);

    @AfterEach
    void end() {
        answer.countDown();
    }

    private List<InetAddress> find(String host, Semaphore permits, Duration patience) throws Exception {
        return hanging.find(host, Deadline.after(patience), permits);
    }

    @Test
    void lookUpsThatHangAreBoundedForEachWhoBeginsThemAndOthersGoOn() throws Exception {
        for (String host : List.of("a", "b", "a")) {
            assertThatThrownBy(() -> find(host, own, Duration.ZERO)).isInstanceOf(TimeoutException.class);
        }
        assertThatThrownBy(() -> find("c", own, Duration.ZERO)).isInstanceOf(BusyException.class);
        Semaphore others = new Semaphore(1);
        assertThatThrownBy(() -> find("a", others, Duration.ZERO)).isInstanceOf(TimeoutException.class);
        assertThat(others.availablePermits())
                .as("the look-up of a is in flight")
                .isEqualTo(1);
        assertThatThrownBy(() -> find("c", others, Duration.ZERO)).isInstanceOf(TimeoutException.class);
        answer.countDown();
        assertThat(find("c", others, Duration.ofSeconds(50))).containsExactly(InetAddress.getLoopbackAddress());
        own.acquire(2);
        own.release(2);
        assertThat(find("d", own, Duration.ofSeconds(50))).containsExactly(InetAddress.getLoopbackAddress());
    }

    @Test
    void addressesNeedNoLookUpAndKeepTheirZone() throws Exception {
        Semaphore none = new Semaphore(0);
        assertThat(find("127.0.0.1", none, Duration.ZERO)).containsExactly(HandWrittenHttp.IPV4);
        assertThat(find("::ffff:127.0.0.1", none, Duration.ZERO)).containsExactly(HandWrittenHttp.IPV4);
        assertThat(find("fe80::1%1", none, Duration.ZERO))
                .singleElement()
                .isInstanceOfSatisfying(Inet6Address.class, address -> {
                    assertThat(address.getScopeId()).isEqualTo(1);
                    assertThat(address.getHostName()).as("not looked up").isEqualTo("fe80::1%1");
                });
        assertThat(Destination.of("http://[fe80::1%1]:81/").orElseThrow().authority())
                .isEqualTo("[fe80::1]:81");
    }

    @Test
    void addressesOfBothFamiliesAreTriedInTurns() throws Exception {
        InetAddress a = InetAddress.getByName("192.0.2.1");
        InetAddress b = InetAddress.getByName("192.0.2.2");
        InetAddress c = InetAddress.getByName("2001:db8::1");
        InetAddress d = InetAddress.getByName("2001:db8::2");
        assertThat(AddressLookup.inTurns(List.of(c, d, a, b))).containsExactly(c, a, d, b);
        assertThat(AddressLookup.inTurns(List.of(a, b, c))).containsExactly(a, c, b);
    }
}
