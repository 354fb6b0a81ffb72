package io.mics.loadtest.durable.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.loadtest.durable.check.ConnectionRecord.Event;
import io.mics.loadtest.history.Fault;
import io.mics.loadtest.history.Report;
import io.mics.loadtest.history.Violation.Kind;
import org.junit.jupiter.api.Test;

/** What differs where all nodes append to one log that is read later: faults planted there are found, too. */
final class OneLogRulesTest extends HistoryScript {
    OneLogRulesTest() {
        super(true);
    }

    private Row accepted(int device, int talk) {
        long key = fresh(device);
        sent(device, talk, key);
        of(device).event(now++, Event.ACCEPTED, key, talk, 0, 0);
        return store(talk, key);
    }

    private void reconnectTo(int device, int node) {
        of(device).ended(now);
        ConnectionRecord elsewhere = history.open(cast.devices().get(device), node);
        elsewhere.connected(now);
        online.put(device, elsewhere);
        now += 10 * SECOND;
    }

    @Test
    void findsALaterMessageThatCameFirstThoughTheTwoWereSentToDifferentNodes() {
        someTraffic();
        reconnectTo(3, 1);
        int talk = talk(0, group());
        Row first = accepted(0, talk);
        Row second = accepted(3, talk);
        acked(0, Event.STORED, talk, first.key(), first);
        acked(3, Event.STORED, talk, second.key(), second);
        deliver(3, talk, second);
        deliver(0, talk, first);
        assertOnly(check(), Kind.ORDER);
    }

    @Test
    void orderIsNotComparedWhereSomethingWasDoneBeforeTheDelivery() {
        someTraffic();
        reconnectTo(3, 1);
        int talk = talk(0, group());
        Row first = accepted(0, talk);
        Row second = accepted(3, talk);
        deliver(3, talk, second);
        history.fault(new Fault(Fault.Kind.LINK_CUT, 1, now, now + SECOND));
        now += SECOND;
        deliver(0, talk, first);
        acked(0, Event.STORED, talk, first.key(), first);
        acked(3, Event.STORED, talk, second.key(), second);
        Report report = check();
        assertThat(report.clean()).as(report.toString()).isTrue();
        assertThat(report.count("delivered after a later one of its log, amid faults"))
                .isPositive();
    }

    @Test
    void aDeviceMayBeToldAgainAndOnALaterConnectionThatItsMessageIsStored() {
        someTraffic();
        int talk = talk(0, 1);
        Row row = accepted(0, talk);
        deliver(0, talk, row);
        of(0).ended(now);
        connect(0);
        acked(0, Event.STORED, talk, row.key(), row);
        acked(0, Event.DUPLICATE, talk, row.key(), row);
        Report report = check();
        assertThat(report.clean()).as(report.toString()).isTrue();
        assertThat(report.count("answered again, or for an earlier attempt")).isEqualTo(2);
    }

    @Test
    void aDeviceMayBeToldThatAMessageOfUnknownOutcomeIsStoredAfterAll() {
        someTraffic();
        int talk = talk(0, 1);
        long unknown = fresh(0);
        sent(0, talk, unknown);
        of(0).event(now++, Event.UNKNOWN, unknown, talk, 0, 0);
        Row late = store(talk, unknown);
        acked(0, Event.STORED, talk, unknown, late);
        deliver(0, talk, late);
        Report right = check();
        assertThat(right.clean()).as(right.toString()).isTrue();
    }

    @Test
    void findsThatAMessageWhichFailedIsSaidToBeStored() {
        someTraffic();
        int talk = talk(0, 1);
        long failed = fresh(0);
        sent(0, talk, failed);
        of(0).event(now++, Event.FAILED, failed, talk, 0, 0);
        acked(0, Event.STORED, talk, failed, store(talk, failed));
        assertThat(check().violations(Kind.UNASKED_ACK)).isEqualTo(1);
    }

    @Test
    void findsAnAckOfAnotherDevicesMessageAndOfWhatWasNeverSent() {
        someTraffic();
        Row row = message(0, 1);
        of(1).event(now++, Event.STORED, row.key(), talk(0, 1), row.seq(), row.id());
        of(1).event(now++, Event.FAILED, RunHistory.key(1, 77), talk(0, 1), 0, 0);
        Report report = check();
        assertThat(report.violations(Kind.UNASKED_ACK)).as(report.toString()).isEqualTo(2);
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
    void whoLeftBeforeAMessageWasStoredIsNotOwedIt() {
        someTraffic();
        int talk = talk(0, 1);
        Row row = accepted(0, talk);
        now += 6 * SECOND;
        of(2).ended(now);
        now += SECOND;
        acked(0, Event.STORED, talk, row.key(), row);
        deliver(0, talk, row, 2);
        connect(2).event(now++, Event.SYNCED, row.key(), talk, row.seq(), row.id());
        Report report = check();
        assertThat(report.clean()).as(report.toString()).isTrue();
    }

    @Test
    void findsAMessageThatADeviceWasNotSentWhichWasThereWhenItWasStored() {
        someTraffic();
        int talk = talk(0, 1);
        Row row = accepted(0, talk);
        now += 6 * SECOND;
        acked(0, Event.STORED, talk, row.key(), row);
        deliver(0, talk, row, 2);
        of(2).ended(now);
        connect(2).event(now++, Event.SYNCED, row.key(), talk, row.seq(), row.id());
        assertOnly(check(), Kind.LOST_TO_DEVICE);
    }

    @Test
    void whileNodesWereNotReadyNobodyIsOwedAnythingAtOnce() {
        someTraffic();
        int talk = talk(0, 1);
        long before = now;
        Row row = accepted(0, talk);
        history.unready(before, now);
        acked(0, Event.STORED, talk, row.key(), row);
        deliver(0, talk, row, 2);
        of(2).ended(now);
        connect(2).event(now++, Event.SYNCED, row.key(), talk, row.seq(), row.id());
        Report report = check();
        assertThat(report.clean()).as(report.toString()).isTrue();
        assertThat(report.count("owed amid faults, left to sync")).isPositive();
    }
}
