package io.mics.loadtest.durable.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.loadtest.durable.check.ConnectionRecord.Event;
import io.mics.loadtest.history.Fault;
import io.mics.loadtest.history.Report;
import io.mics.loadtest.history.Violation.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A right history is clean; faults planted in what is stored and acknowledged are found, and nothing else is. */
final class DurableCheckerTest extends HistoryScript {
    DurableCheckerTest() {
        super(false);
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
        assertThat(check().violations(Kind.STORED_TWICE)).isOne();
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
    void findsTwoMessagesWithOneNumber() {
        someTraffic();
        Row row = message(0, 1);
        int talk = talk(0, 1);
        long key = fresh(0);
        sent(0, talk, key);
        Row same = new Row(row.seq(), key, nextId++);
        rows.getOrDefault(talk, new ArrayList<>()).add(same);
        acked(0, Event.STORED, talk, key, same);
        deliver(0, talk, same);
        assertThat(check().violations(Kind.SEQ_NOT_DENSE)).isPositive();
    }

    @Test
    void findsAMessageThatIsStoredInAnotherTenantsConversation() {
        someTraffic();
        int talk = talk(0, 1);
        long key = fresh(0);
        sent(0, talk, key);
        Row row = store(talk(4, 4), key);
        of(0).event(now++, Event.ACCEPTED, key, talk, 0, 0);
        for (int device : new int[] {4, 5, 6}) {
            of(device).event(now++, Event.SYNCED, key, talk(4, 4), row.seq(), row.id());
        }
        Report report = check();
        assertThat(report.violations(Kind.MISDELIVERED)).isPositive();
        assertThat(report.violations(Kind.TENANT_LEAK)).isPositive();
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
}
