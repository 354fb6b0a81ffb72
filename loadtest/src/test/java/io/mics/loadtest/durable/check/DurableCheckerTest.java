package io.mics.loadtest.durable.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.loadtest.durable.check.ConnectionRecord.Event;
import io.mics.loadtest.durable.check.Views.Line;
import io.mics.loadtest.history.Cast;
import io.mics.loadtest.history.Cast.Device;
import io.mics.loadtest.history.Fault;
import io.mics.loadtest.history.Report;
import io.mics.loadtest.history.Violation.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A right history is clean, and each fault that is planted in it is found, and nothing else is. */
final class DurableCheckerTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Users 0, 1, 2 of tenant t0, the first with two devices, 3, 4, 5 of t1; devices 0, 1 | 2 | 3 and 4, 5 | 6 | 7. */
    private final Cast cast = Cast.of(new Cast.Size(2, 3, 1, 3));

    private final RunHistory history = new RunHistory(cast);
    private final Stored stored = new Stored();
    private final Views views = new Views();
    private final Map<Integer, ConnectionRecord> online = new HashMap<>();
    private final Map<Integer, List<Row>> rows = new HashMap<>();
    private final Map<Integer, Integer> numbers = new HashMap<>();
    private final Map<String, Long> reads = new HashMap<>();
    private final Set<Long> hidden = new HashSet<>();
    private long now = 100 * SECOND;
    private long nextId = 1000;

    private record Row(long seq, long key, long id) {}

    private ConnectionRecord connect(int device) {
        ConnectionRecord connection = history.open(cast.devices().get(device), 0);
        connection.connected(now);
        online.put(device, connection);
        now += 10 * SECOND;
        return connection;
    }

    private ConnectionRecord of(int device) {
        ConnectionRecord connection = online.get(device);
        return connection == null ? connect(device) : connection;
    }

    private void everybody() {
        cast.devices().forEach(device -> of(device.number()));
    }

    private int talk(int device, int target) {
        return history.talks().to(cast, cast.devices().get(device), target);
    }

    private int group() {
        return Cast.target(cast.groups().getFirst());
    }

    private long fresh(int device) {
        return RunHistory.key(device, numbers.merge(device, 1, Integer::sum));
    }

    /** Stores a message without anybody knowing. */
    private Row store(int talk, long key) {
        List<Row> all = rows.computeIfAbsent(talk, t -> new ArrayList<>());
        Row row = new Row(all.size() + 1, key, nextId++);
        all.add(row);
        return row;
    }

    private void sent(int device, int talk, long key) {
        of(device).event(now++, Event.SENT, key, talk, 0, 0);
    }

    private void acked(int device, Event event, int talk, long key, Row row) {
        of(device).event(now++, event, key, talk, row.seq(), row.id());
    }

    private void delivered(int device, int talk, Row row) {
        of(device).event(now++, Event.DELIVERED, row.key(), talk, row.seq(), row.id());
    }

    /** To all devices of all members but the one that sent it, and but some. */
    private void deliver(int sender, int talk, Row row, Integer... but) {
        for (int user : history.talks().get(talk).members()) {
            for (Device device : cast.devicesOf(user)) {
                if (device.number() != sender && !List.of(but).contains(device.number())) {
                    delivered(device.number(), talk, row);
                }
            }
        }
        now += 10 * SECOND;
    }

    /** A message as it should be. */
    private Row message(int device, int target) {
        int talk = talk(device, target);
        long key = fresh(device);
        sent(device, talk, key);
        Row row = store(talk, key);
        acked(device, Event.STORED, talk, key, row);
        deliver(device, talk, row);
        return row;
    }

    private Report check() {
        for (ConnectionRecord connection : online.values()) {
            connection.ended(now + 100 * SECOND);
        }
        rows.forEach((talk, all) -> {
            stored.conversation(talk, all.size());
            all.forEach(row -> stored.message(talk, row.seq(), row.key(), row.id()));
            for (int user : history.talks().get(talk).members()) {
                view(user, talk, all);
            }
        });
        return DurableChecker.check(history, stored, views);
    }

    private void view(int user, int talk, List<Row> all) {
        long read = reads.getOrDefault(user + "/" + talk, 0L);
        for (Row row : all) {
            if (cast.devices().get((int) (row.key() >>> 32)).user() == user) {
                read = Math.max(read, row.seq());
            }
            if (!hidden.contains(row.key())) {
                views.of(user).message(talk, row.seq(), row.key(), row.id());
            }
        }
        stored.member(user, talk, read);
        views.of(user).line(new Line(talk, all.size() - read, all.size(), read));
    }

    private static void assertOnly(Report report, Kind kind) {
        assertThat(report.violations(kind)).as(report.toString()).isPositive();
        for (Kind other : Kind.values()) {
            if (other != kind) {
                assertThat(report.violations(other)).as(report.toString()).isZero();
            }
        }
    }

    private void someTraffic() {
        everybody();
        message(0, 1);
        message(2, 0);
        message(0, 1);
        message(4, 4);
        message(1, group());
        message(3, group());
    }

    @Test
    void aRightHistoryIsClean() {
        someTraffic();
        Report report = check();
        assertThat(report.clean()).as(report.toString()).isTrue();
        assertThat(report.count("messages SENT")).isEqualTo(6);
        assertThat(report.count("messages stored")).isEqualTo(6);
        assertThat(report.count("owed while nothing was done")).isPositive();
    }

    @Test
    void anAcceptedMessageThatIsAcknowledgedAgainWhenItIsStoredIsClean() {
        someTraffic();
        int talk = talk(0, 1);
        long key = fresh(0);
        sent(0, talk, key);
        of(0).event(now++, Event.ACCEPTED, key, talk, 0, 0);
        Row row = store(talk, key);
        acked(0, Event.STORED, talk, key, row);
        deliver(0, talk, row);
        assertThat(check().clean()).isTrue();
    }

    @Test
    void aResendThatWasStoredBeforeIsClean() {
        someTraffic();
        int talk = talk(0, 1);
        long key = fresh(0);
        sent(0, talk, key);
        Row row = store(talk, key);
        of(0).ended(now);
        connect(0);
        sent(0, talk, key);
        acked(0, Event.DUPLICATE, talk, key, row);
        of(1).event(now++, Event.SYNCED, key, talk, row.seq(), row.id());
        of(2).event(now++, Event.SYNCED, key, talk, row.seq(), row.id());
        Report report = check();
        assertThat(report.clean()).as(report.toString()).isTrue();
        assertThat(report.count("owed amid faults, left to sync")).isPositive();
    }

    @Test
    void findsAnAcknowledgedMessageThatIsNotStored() {
        someTraffic();
        int talk = talk(0, 2);
        long key = fresh(0);
        sent(0, talk, key);
        of(0).event(now++, Event.ACCEPTED, key, talk, 0, 0);
        history.fault(new Fault(Fault.Kind.KILL, 0, now, now));
        assertOnly(check(), Kind.NOT_STORED);
    }

    @Test
    void findsAMessageThatIsStoredTwice() {
        someTraffic();
        int talk = talk(0, 1);
        long key = fresh(0);
        sent(0, talk, key);
        Row row = store(talk, key);
        acked(0, Event.STORED, talk, key, row);
        deliver(0, talk, row);
        Row again = store(talk, key);
        for (int device : new int[] {0, 1, 2}) {
            of(device).event(now++, Event.SYNCED, key, talk, again.seq(), again.id());
        }
        Report report = check();
        assertThat(report.violations(Kind.STORED_TWICE)).isOne();
    }

    @Test
    void findsARefusedMessageThatIsStored() {
        someTraffic();
        int talk = talk(0, 1);
        long key = fresh(0);
        sent(0, talk, key);
        of(0).event(now++, Event.FAILED, key, talk, 0, 0);
        Row row = store(talk, key);
        deliver(0, talk, row);
        of(0).event(now++, Event.SYNCED, key, talk, row.seq(), row.id());
        assertOnly(check(), Kind.STORED_FALSELY);
    }

    @Test
    void aMessageOfUnknownOutcomeMayBeStored() {
        someTraffic();
        int talk = talk(0, 1);
        long key = fresh(0);
        sent(0, talk, key);
        of(0).event(now++, Event.UNKNOWN, key, talk, 0, 0);
        Row row = store(talk, key);
        deliver(0, talk, row);
        of(0).event(now++, Event.SYNCED, key, talk, row.seq(), row.id());
        assertThat(check().clean()).isTrue();
    }

    @Test
    void findsAHoleInTheNumbers() {
        someTraffic();
        int talk = talk(0, 1);
        List<Row> all = rows.getOrDefault(talk, new ArrayList<>());
        all.remove(1);
        assertThat(check().violations(Kind.SEQ_NOT_DENSE)).isPositive();
    }

    @Test
    void findsAConversationThatSaysItEndsElsewhere() {
        someTraffic();
        rows.forEach((talk, all) -> stored.conversation(talk, all.size()));
        Report before = check();
        assertThat(before.clean()).isTrue();
        stored.conversation(talk(0, 1), 9);
        assertThat(DurableChecker.check(history, stored, views).violations(Kind.SEQ_NOT_DENSE))
                .isOne();
    }

    @Test
    void findsAnAckWithAnotherNumber() {
        someTraffic();
        int talk = talk(0, 1);
        long key = fresh(0);
        sent(0, talk, key);
        Row row = store(talk, key);
        of(0).event(now++, Event.STORED, key, talk, row.seq(), row.id() + 7);
        deliver(0, talk, row);
        assertOnly(check(), Kind.WRONG_NUMBER);
    }

    @Test
    void findsTwoMessagesWithOneId() {
        someTraffic();
        nextId--;
        message(0, 1);
        assertOnly(check(), Kind.WRONG_NUMBER);
    }

    @Test
    void findsADeliveryWithAnotherNumber() {
        someTraffic();
        Row row = message(0, 2);
        delivered(3, talk(0, 2), new Row(row.seq() + 5, row.key(), row.id()));
        assertOnly(check(), Kind.WRONG_NUMBER);
    }

    @Test
    void findsAcksOutOfOrder() {
        someTraffic();
        int talk = talk(0, 1);
        long one = fresh(0);
        long two = fresh(0);
        sent(0, talk, one);
        sent(0, talk, two);
        Row first = store(talk, one);
        Row second = store(talk, two);
        acked(0, Event.STORED, talk, two, second);
        acked(0, Event.STORED, talk, one, first);
        deliver(0, talk, first);
        deliver(0, talk, second);
        assertOnly(check(), Kind.ACK_ORDER);
    }

    @Test
    void findsAnAckOfWhatWasNotSentOnThisConnection() {
        someTraffic();
        Row row = message(0, 1);
        of(1).event(now++, Event.STORED, row.key(), talk(0, 1), row.seq(), row.id());
        assertOnly(check(), Kind.UNASKED_ACK);
    }

    @Test
    void findsMessagesStoredInAnotherOrderThanSent() {
        someTraffic();
        int talk = talk(0, 1);
        long one = fresh(0);
        long two = fresh(0);
        sent(0, talk, one);
        sent(0, talk, two);
        Row second = store(talk, two);
        Row first = store(talk, one);
        acked(0, Event.STORED, talk, one, first);
        acked(0, Event.STORED, talk, two, second);
        deliver(0, talk, second);
        deliver(0, talk, first);
        assertOnly(check(), Kind.ORDER);
    }

    @Test
    void findsALaterMessageThatCameFirst() {
        someTraffic();
        int talk = talk(0, 1);
        long one = fresh(0);
        long two = fresh(0);
        sent(0, talk, one);
        Row first = store(talk, one);
        acked(0, Event.STORED, talk, one, first);
        sent(0, talk, two);
        Row second = store(talk, two);
        acked(0, Event.STORED, talk, two, second);
        deliver(0, talk, second);
        deliver(0, talk, first);
        assertOnly(check(), Kind.ORDER);
    }

    @Test
    void whatTwoNodesStoredMayArriveInAnotherOrderAndIsCounted() {
        someTraffic();
        ConnectionRecord elsewhere = history.open(cast.devices().get(3), 1);
        elsewhere.connected(now);
        of(3).ended(now);
        online.put(3, elsewhere);
        now += 10 * SECOND;
        int talk = talk(0, group());
        long one = fresh(0);
        long two = fresh(3);
        sent(0, talk, one);
        Row first = store(talk, one);
        acked(0, Event.STORED, talk, one, first);
        sent(3, talk, two);
        Row second = store(talk, two);
        acked(3, Event.STORED, talk, two, second);
        deliver(3, talk, second);
        deliver(0, talk, first);
        Report report = check();
        assertThat(report.clean()).as(report.toString()).isTrue();
        assertThat(report.count("delivered after a later one")).isPositive();
    }

    @Test
    void findsAMessageThatWasShownTwice() {
        someTraffic();
        Row row = message(0, 1);
        delivered(2, talk(0, 1), row);
        assertOnly(check(), Kind.DUPLICATE);
    }

    @Test
    void aMessageOnTwoConnectionsOfADeviceIsClean() {
        someTraffic();
        Row row = message(0, 1);
        of(2).ended(now);
        connect(2);
        delivered(2, talk(0, 1), row);
        assertThat(check().clean()).isTrue();
    }

    @Test
    void findsAMessageThatAnOnlineDeviceWasNotSent() {
        someTraffic();
        int talk = talk(0, 1);
        long key = fresh(0);
        sent(0, talk, key);
        Row row = store(talk, key);
        acked(0, Event.STORED, talk, key, row);
        deliver(0, talk, row, 2);
        of(2).ended(now);
        connect(2).event(now++, Event.SYNCED, key, talk, row.seq(), row.id());
        assertOnly(check(), Kind.LOST_TO_DEVICE);
    }

    @Test
    void whoHasAMessageFromAPageNeedsNotBeSentItAgain() {
        someTraffic();
        int talk = talk(0, 1);
        long key = fresh(0);
        sent(0, talk, key);
        Row row = store(talk, key);
        acked(0, Event.STORED, talk, key, row);
        of(2).event(now++, Event.SYNCED, key, talk, row.seq(), row.id());
        deliver(0, talk, row, 2);
        Report report = check();
        assertThat(report.clean()).as(report.toString()).isTrue();
        assertThat(report.count("owed while nothing was done, had by a page")).isOne();
    }

    @Test
    void findsADeviceThatIsNotCompleteAfterItCaughtUp() {
        someTraffic();
        int talk = talk(0, 1);
        of(2).ended(now);
        now += 10 * SECOND;
        long key = fresh(0);
        sent(0, talk, key);
        Row row = store(talk, key);
        acked(0, Event.STORED, talk, key, row);
        deliver(0, talk, row, 2);
        connect(2);
        assertOnly(check(), Kind.INCOMPLETE);
    }

    @Test
    void findsAMessageOfAnotherTenant() {
        someTraffic();
        Row row = message(0, 1);
        delivered(6, talk(0, 1), row);
        assertOnly(check(), Kind.TENANT_LEAK);
    }

    @Test
    void findsAMessageForSomebodyElseAndOneThatCameBackToItsSender() {
        someTraffic();
        Row row = message(0, 1);
        delivered(3, talk(0, 1), row);
        delivered(0, talk(0, 1), row);
        Report report = check();
        assertOnly(report, Kind.MISDELIVERED);
        assertThat(report.violations(Kind.MISDELIVERED)).isEqualTo(2);
    }

    @Test
    void findsAMessageNobodySent() {
        someTraffic();
        int talk = talk(0, 1);
        Row row = store(talk, RunHistory.key(0, 99));
        for (int device : new int[] {0, 1, 2}) {
            of(device).event(now++, Event.SYNCED, row.key(), talk, row.seq(), row.id());
        }
        assertThat(check().violations(Kind.INVENTED)).isPositive();
    }

    @Test
    void findsAConversationThatIsListedWithoutAMessage() {
        someTraffic();
        views.of(1).line(new Line(talk(2, 2), 0, 0, 0));
        assertOnly(check(), Kind.WRONG_VIEW);
    }

    @Test
    void aReadPointerThatWasMovedIsClean() {
        someTraffic();
        reads.put("1/" + talk(0, 1), 3L);
        assertThat(check().clean()).isTrue();
    }

    @Test
    void findsAWrongUnreadCount() {
        someTraffic();
        Report right = check();
        assertThat(right.clean()).isTrue();
        stored.member(1, talk(0, 1), 3);
        assertOnly(DurableChecker.check(history, stored, views), Kind.WRONG_UNREAD);
    }

    @Test
    void findsAPageThatLacksAMessage() {
        someTraffic();
        Row row = message(0, 1);
        hidden.add(row.key());
        assertOnly(check(), Kind.WRONG_VIEW);
    }

    @Test
    void findsWhatCouldNotBeRead() {
        someTraffic();
        history.oddity("u1", "a body nobody sent");
        assertOnly(check(), Kind.ALTERED);
    }
}
