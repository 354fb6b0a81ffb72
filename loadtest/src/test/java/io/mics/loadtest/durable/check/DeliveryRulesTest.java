package io.mics.loadtest.durable.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.loadtest.durable.check.ConnectionRecord.Event;
import io.mics.loadtest.durable.check.Views.Line;
import io.mics.loadtest.history.Report;
import io.mics.loadtest.history.Violation.Kind;
import org.junit.jupiter.api.Test;

/** Faults planted in what devices were sent and users are told are found, and nothing else is. */
final class DeliveryRulesTest extends HistoryScript {
    DeliveryRulesTest() {
        super(false);
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
        assertOnly(check(), Kind.MISDELIVERED);
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
