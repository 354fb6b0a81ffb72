package io.mics.sdk.conversation;

import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.Conversation;
import io.mics.proto.message.v1.Conversations;
import io.mics.proto.message.v1.HeartbeatPing;
import io.mics.proto.message.v1.ListConversations;
import io.mics.proto.message.v1.ServerError;
import io.mics.proto.message.v1.SyncRequest;
import io.mics.proto.message.v1.SyncResult;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Asks the gateway for what this device lacks: after each connection for the conversations that changed since the last
 * time, page by page, then for the messages of those, newest conversation first, and for the messages of a conversation
 * in which a number is missing. At most {@value #AT_ONCE} conversations are asked about at once. What the store fails
 * to take is asked for again, like what is not answered. On the callback thread only.
 */
final class CatchUp {
    private static final String PREFIX = "c";
    private static final int AT_ONCE = 4;
    private static final int PAGE = 200;

    /** Of a changed conversation, so many shown messages are asked for again: they may have been edited or recalled. */
    private static final int SHOWN_AGAIN = 20;

    /** Clocks of nodes differ; the gateway adds 10 s of its own. */
    private static final long CLOCKS_DIFFER_MS = 60_000;
    /** How long a missing message may still be on its way, before it is asked for. */
    private static final Duration REORDERED = Duration.ofMillis(200);

    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final int RETRIES = 5;

    private static final int NOT_FOUND = 4404;

    /** It is in no list. */
    private static final String WORLD = "world";

    /** A conversation that is asked about; {@code after} says from where. */
    private record Asked(String conversation, long after, int attempt) {}

    private final ConversationLink link;
    private final MessageStore store;
    private final Timelines timelines;
    private final Consumer<ConversationSummary> changed;
    private final Runnable caughtUp;
    private final Duration patience;
    private final Deque<Asked> queue = new ArrayDeque<>();
    private final Map<String, Asked> asked = new HashMap<>();
    /** The conversations in {@link #queue} and {@link #asked}. */
    private final Set<String> underWay = new HashSet<>();

    private final Set<String> expecting = new HashSet<>();
    private String listing = "";
    private int listAttempt;
    private String cursor = "";
    private long since;
    private long gatewayMs;
    private long begunAtMs;
    private boolean behind;
    private boolean repeat;
    private long lastId;

    CatchUp(
            ConversationLink link,
            MessageStore store,
            Timelines timelines,
            Consumer<ConversationSummary> changed,
            Runnable caughtUp,
            Duration patience) {
        this.link = link;
        this.store = store;
        this.timelines = timelines;
        this.changed = changed;
        this.caughtUp = caughtUp;
        this.patience = patience;
    }

    /** A connection is there: begins anew. */
    void begin() {
        end();
        behind = true;
        begunAtMs = 0;
        gatewayMs = 0;
        cursor = "";
        listAttempt = 0;
        // the answer tells the gateway's time, and comes before the list
        link.write(ClientFrame.newBuilder()
                .setHeartbeatPing(HeartbeatPing.newBuilder().setTimestampMs(System.currentTimeMillis()))
                .build());
        since = 0;
        try {
            since = Math.max(0, store.caughtUpAtMs() - CLOCKS_DIFFER_MS);
        } finally {
            list(); // of all, where the store does not say since when
        }
        if (store.completeTo(WORLD) != MessageStore.UNKNOWN) {
            ask(WORLD, timelines.of(WORLD).shown());
        }
    }

    /** The connection is gone, and with it what was asked. */
    void end() {
        queue.clear();
        asked.clear();
        underWay.clear();
        listing = "";
        behind = false;
        repeat = false;
    }

    /** What the gateway's clock says. */
    void gatewayTime(long ms) {
        gatewayMs = ms;
    }

    /** Something may be missing anywhere: begins anew, after what is under way. */
    void repeat() {
        if (behind) {
            repeat = true;
        } else {
            begin();
        }
    }

    /** Asks for what a conversation lacks, if anything, unless that is under way. */
    void fetch(String conversation) {
        Timeline timeline = timelines.of(conversation);
        if (timeline.lacks()) {
            ask(conversation, timeline.shown());
        }
    }

    /** As {@link #fetch}, unless what is missing comes by itself first. */
    void expect(String conversation) {
        if (timelines.of(conversation).lacks() && expecting.add(conversation)) {
            later(REORDERED, () -> {
                expecting.remove(conversation);
                fetch(conversation);
            });
        }
    }

    /** A page of the list. */
    void listed(Conversations page) {
        if (!page.getRequestId().equals(listing)) {
            return;
        }
        listing = "";
        begunAtMs = begunAtMs == 0 ? gatewayMs : begunAtMs;
        try {
            page.getConversationsList().forEach(this::listed);
        } catch (RuntimeException e) {
            retryList();
            throw e;
        }
        cursor = page.getNextCursor();
        if (cursor.isEmpty()) {
            finish();
        } else {
            listAttempt = 0;
            list();
        }
    }

    private void listed(Conversation one) {
        changed.accept(ConversationSummary.of(one));
        Timeline timeline = timelines.of(one.getConversationId(), one.getLastSeq());
        timeline.extendTo(one.getLastSeq());
        if (since > 0) {
            ask(one.getConversationId(), Math.max(0, timeline.shown() - SHOWN_AGAIN));
        } else if (timeline.lacks()) {
            ask(one.getConversationId(), timeline.shown());
        }
    }

    /** A page of a conversation; whatever it brings is shown by {@link Timelines}. */
    void synced(SyncResult page) {
        Asked one = asked.remove(page.getRequestId());
        if (one == null) {
            return;
        }
        try {
            synced(one, page);
        } catch (RuntimeException e) {
            again(one, true);
            throw e;
        } finally {
            next();
        }
    }

    private void synced(Asked one, SyncResult page) {
        long before = timelines.of(one.conversation).shown();
        timelines.page(one.conversation, page);
        Timeline timeline = timelines.of(one.conversation);
        boolean moved = timeline.shown() > before;
        if (page.getHasMore() && (moved || one.after < before)) {
            queue.addFirst(new Asked(one.conversation, timeline.shown(), 0));
        } else if (timeline.lacks()) {
            again(moved ? new Asked(one.conversation, timeline.shown(), 0) : one, false);
        } else {
            underWay.remove(one.conversation);
        }
    }

    /** A request of this client's catch-up was refused; false when it is none. */
    boolean failed(ServerError error) {
        String id = error.getRequestId();
        if (!id.startsWith(PREFIX)) {
            return false;
        }
        if (id.equals(listing)) {
            listing = "";
            retryList();
        }
        Asked one = asked.remove(id);
        if (one != null) {
            if (error.getCode() == NOT_FOUND) {
                giveUp(one);
            } else {
                again(one, true);
            }
            next();
        }
        return true;
    }

    private void list() {
        String id = PREFIX + ++lastId;
        listing = id;
        link.write(ClientFrame.newBuilder()
                .setConversations(ListConversations.newBuilder()
                        .setLimit(PAGE)
                        .setCursor(cursor)
                        .setChangedSinceMs(since)
                        .setRequestId(id))
                .build());
        later(patience, () -> {
            if (id.equals(listing)) {
                listing = "";
                retryList();
            }
        });
    }

    private void retryList() {
        if (++listAttempt <= RETRIES) {
            String waiting = PREFIX + ++lastId;
            listing = waiting;
            later(RETRY.multipliedBy(listAttempt), () -> {
                if (waiting.equals(listing)) {
                    list();
                }
            });
        } else {
            behind = false;
            cursor = "";
            finish();
        }
    }

    private void ask(String conversation, long after) {
        if (underWay.add(conversation)) {
            queue.add(new Asked(conversation, after, 0));
            next();
        }
    }

    /** Asks again in a while; where there was an answer, only if the conversation lacks something still. */
    private void again(Asked one, boolean unanswered) {
        int attempt = one.attempt + 1;
        if (attempt > RETRIES) {
            behind = false;
            giveUp(one);
            return;
        }
        String waiting = PREFIX + ++lastId;
        asked.put(waiting, one);
        later(RETRY.multipliedBy(attempt), () -> {
            if (asked.remove(waiting, one)) {
                askAgain(new Asked(one.conversation, one.after, attempt), unanswered);
            }
        });
    }

    private void askAgain(Asked one, boolean unanswered) {
        try {
            Timeline timeline = timelines.of(one.conversation);
            if (unanswered || timeline.lacks()) {
                queue.add(new Asked(one.conversation, Math.min(one.after, timeline.shown()), one.attempt));
            } else {
                underWay.remove(one.conversation);
            }
        } catch (RuntimeException e) {
            again(one, true);
            throw e;
        } finally {
            next();
        }
    }

    private void giveUp(Asked one) {
        underWay.remove(one.conversation);
        timelines.giveUp(one.conversation);
    }

    private void later(Duration delay, Runnable task) {
        link.later(delay, () -> link.run(task));
    }

    private void next() {
        while (asked.size() < AT_ONCE && !queue.isEmpty()) {
            Asked one = queue.remove();
            String id = PREFIX + ++lastId;
            asked.put(id, one);
            link.write(ClientFrame.newBuilder()
                    .setSync(SyncRequest.newBuilder()
                            .setConversationId(one.conversation)
                            .setAfterSeq(one.after)
                            .setLimit(PAGE)
                            .setRequestId(id))
                    .build());
            later(patience, () -> {
                if (asked.remove(id, one)) {
                    again(one, true);
                    next();
                }
            });
        }
        finish();
    }

    private void finish() {
        if (!listing.isEmpty() || !cursor.isEmpty() || !queue.isEmpty() || !asked.isEmpty()) {
            return;
        }
        boolean again = repeat;
        repeat = false;
        try {
            if (behind) {
                behind = false;
                caughtUp();
            }
        } finally {
            if (again) {
                begin();
            }
        }
    }

    private void caughtUp() {
        try {
            if (begunAtMs > 0) {
                store.caughtUpAtMs(begunAtMs);
            }
        } finally {
            caughtUp.run();
        }
    }
}
