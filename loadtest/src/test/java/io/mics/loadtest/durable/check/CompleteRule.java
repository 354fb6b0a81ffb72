package io.mics.loadtest.durable.check;

import io.mics.loadtest.durable.check.Sends.Send;
import io.mics.loadtest.durable.check.Views.Line;
import io.mics.loadtest.durable.check.Views.View;
import io.mics.loadtest.history.Cast.Device;
import io.mics.loadtest.history.Report;
import io.mics.loadtest.history.Violation.Kind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The end: every device has everything of its conversations, whether it was there or caught up; and every user who asks
 * is told what is stored, all of it and nothing else, and an unread count that a recount gives.
 */
final class CompleteRule {
    private final RunHistory history;
    private final Stored stored;
    private final StoredRule rows;
    private final Report report;
    private final List<Set<Integer>> talksOfUsers = new ArrayList<>();
    /** By user and conversation: the last of the user's own messages. */
    private final Map<Long, Long> lastOwn = new HashMap<>();

    CompleteRule(RunHistory history, Stored stored, StoredRule rows, Report report) {
        this.history = history;
        this.stored = stored;
        this.rows = rows;
        this.report = report;
        for (int user = 0; user < history.cast().users(); user++) {
            talksOfUsers.add(new HashSet<>());
        }
        stored.lastSeqs().forEach((talk, last) -> {
            if (last > 0) {
                history.talks()
                        .get(talk)
                        .members()
                        .forEach(user -> talksOfUsers.get(user).add(talk));
            }
        });
        for (int row = 0; row < stored.size(); row++) {
            int user = history.cast()
                    .devices()
                    .get(RunHistory.sender(stored.key(row)))
                    .user();
            lastOwn.merge((long) user << 32 | stored.talk(row), stored.seq(row), Math::max);
        }
    }

    /** Checks devices, and what users are told. */
    void check(Sends sends, Views views) {
        devices(sends);
        for (int user = 0; user < history.cast().users(); user++) {
            view(user, views.of(user));
        }
    }

    private void devices(Sends sends) {
        Map<Long, BitSet> has = new HashMap<>();
        for (ConnectionRecord connection : history.connections()) {
            int device = connection.device().number();
            connection.forEach((nanos, event, key, talk, seq, id) -> {
                long of = seq != 0 || !event.saysSent() ? seq : seqOf(sends.find(key));
                if (of > 0 && of < Integer.MAX_VALUE) {
                    has.computeIfAbsent((long) device << 32 | talk, k -> new BitSet())
                            .set((int) of);
                }
            });
        }
        for (Device device : history.cast().devices()) {
            for (int talk : talksOfUsers.get(device.user())) {
                BitSet got = has.getOrDefault((long) device.number() << 32 | talk, new BitSet());
                int missing = got.nextClearBit(1);
                report.count("conversations complete on devices", 1);
                if (missing <= stored.lastSeq(talk)) {
                    report.violation(
                            Kind.INCOMPLETE,
                            device.tenant() + "/" + device.userId() + "/" + device.deviceId() + " lacks " + missing
                                    + " of " + stored.lastSeq(talk) + " of "
                                    + history.talks().name(talk));
                }
            }
        }
    }

    private static long seqOf(@Nullable Send send) {
        return send == null ? 0 : send.seq;
    }

    private void view(int user, View view) {
        Device device = history.cast().devicesOf(user).getFirst();
        String who = device.tenant() + "/" + device.userId();
        Set<Integer> missing = new HashSet<>(talksOfUsers.get(user));
        for (Line line : view.lines()) {
            if (!missing.remove(line.talk())) {
                report.violation(
                        Kind.WRONG_VIEW, who + " is listed " + history.talks().name(line.talk()));
            } else {
                line(who, user, line);
            }
        }
        missing.forEach(talk -> report.violation(
                Kind.WRONG_VIEW, who + " is not listed " + history.talks().name(talk)));
        pages(who, user, view.messages());
    }

    private void line(String who, int user, Line line) {
        report.count("unread counts recounted", 1);
        String where = who + " in " + history.talks().name(line.talk());
        long last = stored.lastSeq(line.talk());
        if (line.lastSeq() != last) {
            report.violation(
                    Kind.WRONG_VIEW, where + " is told it ends at " + line.lastSeq() + ", and does at " + last);
        }
        long read = stored.readSeq(user, line.talk());
        long own = lastOwn.getOrDefault((long) user << 32 | line.talk(), 0L);
        long unread = 0;
        for (long seq = Math.max(read, 0) + 1; seq <= last; seq++) {
            unread += rows.row(line.talk(), seq) < 0 ? 0 : 1;
        }
        if (line.unread() != unread || line.readSeq() != read || read < own || read > last) {
            report.violation(
                    Kind.WRONG_UNREAD,
                    where + " is told " + line.unread() + " unread after " + line.readSeq() + "; stored is " + unread
                            + " after " + read + " of " + last + ", its own last " + own);
        }
    }

    /** Everything of every conversation, in order, and nothing else. */
    private void pages(String who, int user, LongRows pages) {
        Map<Integer, Long> upTo = new HashMap<>();
        for (int i = 0; i < pages.rows(); i++) {
            int talk = (int) pages.at(i, 0);
            long seq = pages.at(i, 1);
            int row = rows.row(talk, seq);
            long before = upTo.getOrDefault(talk, 0L);
            upTo.put(talk, seq);
            boolean right = seq == before + 1
                    && row >= 0
                    && stored.key(row) == pages.at(i, 2)
                    && stored.id(row) == pages.at(i, 3)
                    && talksOfUsers.get(user).contains(talk);
            if (!right) {
                report.violation(
                        Kind.WRONG_VIEW,
                        who + " reads " + history.describe(pages.at(i, 2)) + " at " + seq + " after " + before + " in "
                                + history.talks().name(talk));
            }
        }
        report.count("messages read again at the end", pages.rows());
        for (int talk : talksOfUsers.get(user)) {
            if (upTo.getOrDefault(talk, 0L) != stored.lastSeq(talk)) {
                report.violation(
                        Kind.WRONG_VIEW,
                        who + " reads up to " + upTo.getOrDefault(talk, 0L) + " of " + stored.lastSeq(talk) + " in "
                                + history.talks().name(talk));
            }
        }
    }
}
