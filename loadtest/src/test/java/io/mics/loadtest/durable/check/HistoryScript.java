package io.mics.loadtest.durable.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.loadtest.durable.check.ConnectionRecord.Event;
import io.mics.loadtest.durable.check.Views.Line;
import io.mics.loadtest.history.Cast;
import io.mics.loadtest.history.Cast.Device;
import io.mics.loadtest.history.Report;
import io.mics.loadtest.history.Violation.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Writes the history of a run as it should be, in which tests plant faults. */
abstract class HistoryScript {
    static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Users 0, 1, 2 of tenant t0, the first with two devices, 3, 4, 5 of t1; devices 0, 1 | 2 | 3 and 4, 5 | 6 | 7. */
    final Cast cast = Cast.of(new Cast.Size(2, 3, 1, 3));

    final RunHistory history;
    final Stored stored = new Stored();
    final Views views = new Views();
    final Map<Integer, ConnectionRecord> online = new HashMap<>();
    final Map<Integer, List<Row>> rows = new HashMap<>();
    final Map<Integer, Integer> numbers = new HashMap<>();
    final Map<String, Long> reads = new HashMap<>();
    final Set<Long> hidden = new HashSet<>();
    long now = 100 * SECOND;
    long nextId = 1000;

    /** The history of nodes that share one log, or that have none. */
    HistoryScript(boolean oneLog) {
        history = new RunHistory(cast, oneLog);
    }

    record Row(long seq, long key, long id) {}

    ConnectionRecord connect(int device) {
        ConnectionRecord connection = history.open(cast.devices().get(device), 0);
        connection.connected(now);
        online.put(device, connection);
        now += 10 * SECOND;
        return connection;
    }

    ConnectionRecord of(int device) {
        ConnectionRecord connection = online.get(device);
        return connection == null ? connect(device) : connection;
    }

    void everybody() {
        cast.devices().forEach(device -> of(device.number()));
    }

    int talk(int device, int target) {
        return history.talks().to(cast, cast.devices().get(device), target);
    }

    int group() {
        return Cast.target(cast.groups().getFirst());
    }

    long fresh(int device) {
        return RunHistory.key(device, numbers.merge(device, 1, Integer::sum));
    }

    /** Stores a message without anybody knowing. */
    Row store(int talk, long key) {
        List<Row> all = rows.computeIfAbsent(talk, t -> new ArrayList<>());
        Row row = new Row(all.size() + 1, key, nextId++);
        all.add(row);
        return row;
    }

    void sent(int device, int talk, long key) {
        of(device).event(now++, Event.SENT, key, talk, 0, 0);
    }

    void acked(int device, Event event, int talk, long key, Row row) {
        of(device).event(now++, event, key, talk, row.seq(), row.id());
    }

    void delivered(int device, int talk, Row row) {
        of(device).event(now++, Event.DELIVERED, row.key(), talk, row.seq(), row.id());
    }

    /** To all devices of all members but the one that sent it, and but some. */
    void deliver(int sender, int talk, Row row, Integer... but) {
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
    Row message(int device, int target) {
        int talk = talk(device, target);
        long key = fresh(device);
        sent(device, talk, key);
        Row row = store(talk, key);
        acked(device, Event.STORED, talk, key, row);
        deliver(device, talk, row);
        return row;
    }

    Report check() {
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

    void view(int user, int talk, List<Row> all) {
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

    static void assertOnly(Report report, Kind kind) {
        assertThat(report.violations(kind)).as(report.toString()).isPositive();
        for (Kind other : Kind.values()) {
            if (other != kind) {
                assertThat(report.violations(other)).as(report.toString()).isZero();
            }
        }
    }

    void someTraffic() {
        everybody();
        message(0, 1);
        message(2, 0);
        message(0, 1);
        message(4, 4);
        message(1, group());
        message(3, group());
    }
}
