package io.mics.loadtest.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.loadtest.history.Cast.Device;
import io.mics.loadtest.history.ConnectionLog.Answer;
import io.mics.loadtest.history.ConnectionLog.Ending;
import io.mics.loadtest.history.Rules.Buffered;
import io.mics.loadtest.history.Violation.Kind;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The checker checked: each kind of mistake, planted into a history that is otherwise right, is found. */
class CheckerTest {
    private static final int NODE = 0;

    private final Cast cast = Cast.of(new Cast.Size(2, 6, 1, 3));
    private final History history = new History(cast);
    // users 0 and 5 of each tenant have two devices
    private final Device alice = device("t0", "u1", "d0");
    private final Device bob = device("t0", "u2", "d0");
    private final Device twin0 = device("t0", "u0", "d0");
    private final Device twin1 = device("t0", "u0", "d1");
    private final Device stranger = device("t1", "u2", "d0");

    private Device device(String tenant, String user, String device) {
        return cast.devices().stream()
                .filter(d -> d.tenant().equals(tenant)
                        && d.userId().equals(user)
                        && d.deviceId().equals(device))
                .findFirst()
                .orElseThrow();
    }

    private static long at(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private ConnectionLog online(Device device, long millis) {
        ConnectionLog log = history.open(device, NODE, at(millis));
        log.connected(at(millis + 1));
        return log;
    }

    private static void end(ConnectionLog connection, long millis, Ending ending) {
        connection.ended(at(millis), ending, ending == Ending.CLOSED_BY_GATEWAY ? 4200 : 0, -1);
    }

    /** Sends, delivers and acknowledges one message. */
    private static void deliver(long millis, ConnectionLog from, int number, ConnectionLog to) {
        send(millis, from, number, to.device().user());
        to.delivered(at(millis + 1), from.device().number(), number);
    }

    /** Sends and acknowledges one message that arrives nowhere. */
    private static void send(long millis, ConnectionLog from, int number, int target) {
        from.sent(at(millis), number, target);
        from.acked(at(millis + 2), number, Answer.SENT);
    }

    private Report check() {
        return Checker.check(history, Rules.of(Set.of(), Rules.forgetful(3)));
    }

    private void assertOnly(Kind kind) {
        Report report = check();
        assertThat(report.violations(kind)).as(report.toString()).isEqualTo(1);
        for (Kind other : Kind.values()) {
            assertThat(other == kind ? 0 : report.violations(other))
                    .as(report.toString())
                    .isZero();
        }
        assertThat(report.clean()).isFalse();
    }

    @Test
    void aCleanHistoryPassesAndSaysWhatWasChecked() {
        ConnectionLog a = online(alice, 0);
        ConnectionLog b = online(bob, 0);
        for (int n = 1; n <= 100; n++) {
            deliver(2000 + n, a, n, b);
        }
        Report report = check();
        assertThat(report.clean()).as(report.toString()).isTrue();
        assertThat(report.count("messages SENT")).isEqualTo(100);
        assertThat(report.count("delivered")).isEqualTo(100);
        assertThat(report.count("owed to a device online")).isEqualTo(100);
        assertThat(report.count("order compared")).isEqualTo(100);
    }

    @Test
    void aSentMessageThatReachedNobodyIsAFalseSent() {
        ConnectionLog a = online(alice, 0);
        ConnectionLog b = online(bob, 0);
        deliver(2000, a, 1, b);
        send(2010, a, 2, bob.user());
        assertOnly(Kind.FALSE_SENT);
    }

    @Test
    void aResendAcknowledgedAsDuplicateCountsAsSent() {
        ConnectionLog a = online(alice, 0);
        online(bob, 0);
        a.sent(at(2000), 1, bob.user());
        a.sent(at(4000), 1, bob.user());
        a.acked(at(4001), 1, Answer.DUPLICATE);
        assertOnly(Kind.FALSE_SENT);
    }

    @Test
    void aGroupMessageOneMemberNeverGotIsLost() {
        Cast.Group group = cast.groups().get(0);
        ConnectionLog a = online(alice, 0);
        send(2000, a, 1, Cast.target(group));
        for (Device device : cast.devices()) {
            if (group.members().contains(device.user())) {
                ConnectionLog member = online(device, 0);
                if (device.user() != group.members().get(1)) {
                    member.delivered(at(2001), alice.number(), 1);
                }
            }
        }
        assertOnly(Kind.LOST);
    }

    @Test
    void aDeviceThatWasOnlineThroughoutMustHaveWhatItsTwinGot() {
        ConnectionLog a = online(alice, 0);
        online(twin0, 0);
        deliver(2000, a, 1, online(twin1, 0));
        assertOnly(Kind.LOST_TO_DEVICE);
    }

    @Test
    void aDeviceIsOwedNothingOfItsFirstSecond() {
        ConnectionLog a = online(alice, 0);
        online(twin0, 1500);
        deliver(2000, a, 1, online(twin1, 0));
        assertThat(check().clean()).isTrue();
    }

    @Test
    void theBufferMayDeliverLater() {
        ConnectionLog a = online(alice, 0);
        end(online(bob, 0), 1000, Ending.CLOSED_BY_CLIENT);
        send(3000, a, 1, bob.user());
        online(bob, 5000).delivered(at(5002), alice.number(), 1);
        assertThat(check().clean()).isTrue();
    }

    @Test
    void twiceOnOneConnectionIsADuplicate() {
        ConnectionLog a = online(alice, 0);
        ConnectionLog b = online(bob, 0);
        deliver(2000, a, 1, b);
        b.delivered(at(2500), alice.number(), 1);
        assertOnly(Kind.DUPLICATE);
    }

    @Test
    void onceOnEachOfTwoConnectionsIsNone() {
        ConnectionLog a = online(alice, 0);
        ConnectionLog b = online(bob, 0);
        deliver(2000, a, 1, b);
        end(b, 2001, Ending.CLOSED_BY_GATEWAY);
        online(bob, 2500).delivered(at(2502), alice.number(), 1);
        assertThat(check().clean()).isTrue();
    }

    @Test
    void aResendMayArriveTwiceWhenItsFirstNodeWasKilled() {
        ConnectionLog a = online(alice, 0);
        ConnectionLog b = online(bob, 0);
        a.sent(at(2000), 1, bob.user());
        b.delivered(at(2001), alice.number(), 1);
        end(a, 2002, Ending.BROKEN);
        ConnectionLog again = online(alice, 3000);
        deliver(3002, again, 1, b);
        assertOnly(Kind.DUPLICATE);
        history.fault(new Fault(Fault.Kind.KILL, NODE, at(2002), at(2900)));
        assertThat(check().clean()).isTrue();
    }

    @Test
    void twoMessagesOfOneSenderInTheWrongOrderAreASwap() {
        ConnectionLog a = online(alice, 0);
        ConnectionLog b = online(bob, 0);
        send(2000, a, 1, bob.user());
        send(2001, a, 2, bob.user());
        b.delivered(at(2003), alice.number(), 2);
        b.delivered(at(2004), alice.number(), 1);
        assertOnly(Kind.ORDER);
    }

    @Test
    void twoMessagesOutOfTheBufferInTheWrongOrderAreASwap() {
        ConnectionLog a = online(alice, 0);
        end(online(bob, 0), 500, Ending.CLOSED_BY_CLIENT);
        send(2000, a, 1, bob.user());
        send(2001, a, 2, bob.user());
        ConnectionLog b = online(bob, 3000);
        b.delivered(at(3002), alice.number(), 2);
        b.delivered(at(3003), alice.number(), 1);
        assertOnly(Kind.ORDER);
    }

    @Test
    void aSwapDuringAFaultIsOnlyCounted() {
        ConnectionLog a = online(alice, 0);
        ConnectionLog b = online(bob, 0);
        history.fault(new Fault(Fault.Kind.REDIS_STOP, -1, at(1900), at(2100)));
        send(2000, a, 1, bob.user());
        send(2001, a, 2, bob.user());
        b.delivered(at(2003), alice.number(), 2);
        b.delivered(at(2004), alice.number(), 1);
        Report report = check();
        assertThat(report.clean()).as(report.toString()).isTrue();
        assertThat(report.count("order not comparable")).isEqualTo(2);
    }

    private void swapWhileLinksAreCut(ConnectionLog a, ConnectionLog to) {
        history.fault(new Fault(Fault.Kind.LINK_CUT, NODE, at(1900), at(2100)));
        send(2000, a, 1, to.device().user());
        send(2001, a, 2, to.device().user());
        to.delivered(at(2003), alice.number(), 2);
        to.delivered(at(2004), alice.number(), 1);
    }

    @Test
    void aSwapWhileNodesCannotReachEachOtherIsASwap() {
        swapWhileLinksAreCut(online(alice, 0), online(bob, 0));
        assertOnly(Kind.ORDER);
    }

    @Test
    void aSwapWhileNodesCannotReachEachOtherIsOnlyCountedForAUserOfTwoDevices() {
        ConnectionLog a = online(alice, 0);
        end(online(twin1, 0), 500, Ending.CLOSED_BY_CLIENT);
        swapWhileLinksAreCut(a, online(twin0, 0));
        Report report = check();
        assertThat(report.clean()).as(report.toString()).isTrue();
        assertThat(report.count("order swapped, not comparable")).isEqualTo(1);
    }

    @Test
    void aSwapSoonAfterTheDirectorysReturnIsOnlyCounted() {
        history.fault(new Fault(Fault.Kind.REDIS_STOP, -1, at(500), at(1000)));
        ConnectionLog a = online(alice, 0);
        ConnectionLog b = online(bob, 0);
        send(4500, a, 1, bob.user());
        send(4501, a, 2, bob.user());
        b.delivered(at(4503), alice.number(), 2);
        b.delivered(at(4504), alice.number(), 1);
        assertThat(check().clean()).isTrue();
        send(5500, a, 3, bob.user());
        send(5501, a, 4, bob.user());
        b.delivered(at(5503), alice.number(), 4);
        b.delivered(at(5504), alice.number(), 3);
        assertOnly(Kind.ORDER);
    }

    @Test
    void aResentMessageMayArriveAfterLaterOnes() {
        ConnectionLog a = online(alice, 0);
        ConnectionLog b = online(bob, 0);
        a.sent(at(2000), 1, bob.user());
        a.acked(at(2001), 1, Answer.FAILED);
        deliver(2002, a, 2, b);
        deliver(2300, a, 1, b);
        assertThat(check().clean()).isTrue();
    }

    @Test
    void aMessageOfAnotherTenantIsALeak() {
        ConnectionLog a = online(alice, 0);
        deliver(2000, a, 1, online(bob, 0));
        online(stranger, 0).delivered(at(2001), alice.number(), 1);
        assertOnly(Kind.TENANT_LEAK);
    }

    @Test
    void aMessageForSomebodyElseIsMisdelivered() {
        ConnectionLog a = online(alice, 0);
        deliver(2000, a, 1, online(bob, 0));
        online(twin0, 0).delivered(at(2001), alice.number(), 1);
        assertOnly(Kind.MISDELIVERED);
    }

    @Test
    void aMessageNobodySentIsInvented() {
        online(bob, 0).delivered(at(2001), alice.number(), 7);
        assertOnly(Kind.INVENTED);
    }

    @Test
    void anAckForWhatThisConnectionNeverSentIsAViolation() {
        ConnectionLog a = online(alice, 0);
        deliver(2000, a, 1, online(bob, 0));
        a.acked(at(2100), 2, Answer.SENT);
        assertOnly(Kind.UNASKED_ACK);
    }

    @Test
    void aChangedBodyIsAViolation() {
        history.oddity(online(bob, 0), "a body of 3 bytes");
        assertOnly(Kind.ALTERED);
    }

    @Test
    void onlyWhatAKilledNodeListedIsExplained() {
        ConnectionLog a = online(alice, 0);
        end(online(bob, 0), 500, Ending.CLOSED_BY_CLIENT);
        send(2000, a, 1, bob.user());
        send(2001, a, 2, bob.user());
        history.fault(new Fault(Fault.Kind.KILL, NODE, at(3000), at(4000)));
        Buffered listed = new Buffered(new MessageKey(alice.number(), 1), bob.user());
        Report report = Checker.check(history, Rules.of(Set.of(listed), Rules.forgetful(3)));
        assertThat(report.count("lost, listed by a node that was killed")).isEqualTo(1);
        assertThat(report.violations(Kind.FALSE_SENT)).isEqualTo(1);
    }

    @Test
    void whatWasInFlightWhenAFaultBrokeTheConnectionIsCountedApart() {
        ConnectionLog a = online(alice, 0);
        ConnectionLog b = online(bob, 0);
        send(2000, a, 1, bob.user());
        end(b, 2005, Ending.BROKEN);
        assertOnly(Kind.FALSE_SENT);
        history.fault(new Fault(Fault.Kind.CLIENTS_CUT, NODE, at(2003), at(2100)));
        Report report = check();
        assertThat(report.clean()).as(report.toString()).isTrue();
        assertThat(report.count("lost on a connection that broke")).isEqualTo(1);
    }

    @Test
    void whatTheBufferHandedToAConnectionThatBrokeAtOnceIsCountedApart() {
        ConnectionLog a = online(alice, 0);
        send(2000, a, 1, bob.user());
        end(online(bob, 5000), 5400, Ending.BROKEN);
        online(bob, 7000);
        assertOnly(Kind.FALSE_SENT);
        history.fault(new Fault(Fault.Kind.CLIENTS_CUT, NODE, at(5400), at(5600)));
        Report report = check();
        assertThat(report.clean()).as(report.toString()).isTrue();
        assertThat(report.count("lost on a connection that broke")).isEqualTo(1);
    }

    @Test
    void whatTheBufferHandedToAConnectionThatBrokeBeforeItsConnectAckIsCountedApart() {
        ConnectionLog a = online(alice, 0);
        send(2000, a, 1, bob.user());
        end(history.open(bob, NODE, at(5000)), 5400, Ending.BROKEN);
        online(bob, 7000);
        assertOnly(Kind.FALSE_SENT);
        history.fault(new Fault(Fault.Kind.CLIENTS_CUT, NODE, at(5300), at(5600)));
        Report report = check();
        assertThat(report.clean()).as(report.toString()).isTrue();
        assertThat(report.count("lost on a connection that broke")).isEqualTo(1);
    }

    @Test
    void aDeviceThatCameWhileItsNodeCouldNotWriteItDownIsOwedNothingUntilItCould() {
        ConnectionLog a = online(alice, 0);
        ConnectionLog known = online(twin1, 0);
        history.fault(new Fault(Fault.Kind.REDIS_CUT, NODE, at(1000), at(3000)));
        online(twin0, 2000);
        deliver(3500, a, 1, known);
        Report report = check();
        assertThat(report.clean()).as(report.toString()).isTrue();
        assertThat(report.count("before its device was in the directory")).isEqualTo(1);
        deliver(9000, a, 2, known);
        assertOnly(Kind.LOST_TO_DEVICE);
    }

    @Test
    void whatWasSentLongBeforeTheBreakIsLost() {
        ConnectionLog a = online(alice, 0);
        ConnectionLog b = online(bob, 0);
        send(2000, a, 1, bob.user());
        end(b, 4500, Ending.BROKEN);
        history.fault(new Fault(Fault.Kind.CLIENTS_CUT, NODE, at(4500), at(4600)));
        assertOnly(Kind.FALSE_SENT);
    }

    @Test
    void anotherTenantsMessageDoesNotCountAsArrived() {
        ConnectionLog a = online(alice, 0);
        send(2000, a, 1, bob.user());
        online(stranger, 0).delivered(at(2001), alice.number(), 1);
        Report report = check();
        assertThat(report.violations(Kind.TENANT_LEAK)).isEqualTo(1);
        assertThat(report.violations(Kind.FALSE_SENT)).isEqualTo(1);
    }
}
