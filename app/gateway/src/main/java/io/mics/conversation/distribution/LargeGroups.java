package io.mics.conversation.distribution;

import io.mics.concurrent.CriticalThreads;
import io.mics.concurrent.PendingWrites;
import io.mics.conversation.Conversations;
import io.mics.conversation.Distributed;
import io.mics.conversation.GroupMembers;
import io.mics.conversation.Reply;
import io.mics.observe.Log;
import io.mics.observe.TraceBuffer;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.protocol.ConversationFrame;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.Delivery;
import io.mics.protocol.StoredMessage;
import io.mics.routing.delivery.GroupFanOut;
import io.mics.routing.delivery.LocalDelivery;
import io.mics.tenant.Tenant;
import io.mics.tenant.Tenants;
import io.mics.timer.TimerTask;
import io.mics.timer.TimingWheel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Groups whose messages are not distributed while the next message waits: members are served in chunks, as tasks that
 * are resumed where they stopped; and where there are very many, devices only learn up to where there is news, at most
 * once in {@link #COALESCED}.
 */
public final class LargeGroups {
    /** What may come for one conversation is announced together for so long. */
    public static final Duration COALESCED = Duration.ofMillis(200);

    /** Members of one chunk. */
    public static final int CHUNK = 1_000;

    private static final Log LOG = Log.of(LargeGroups.class);
    private static final int MOST_ANNOUNCEMENTS = 10_000;

    private final Tenants tenants;
    private final GroupMembers members;
    private final Conversations conversations;
    private final GroupFanOut fanOut;
    private final TimingWheel wheel;
    private final LongSupplier ids;
    private final TraceBuffer traces;
    private final Map<Key, News> news = new ConcurrentHashMap<>();

    private record Key(String tenant, ConversationRef.Group group) {}

    private record News(long seq, String traceId) {}

    /** Where tasks are queued. */
    public interface Tasks {
        /** Takes a task, or refuses it at once while there is no room. */
        boolean add(FanOutTask task);
    }

    /** How far a task came. */
    public sealed interface Step {
        /** All members are served, or there is nothing to serve them with any more. */
        record Done() implements Step {}

        /** A chunk of members is served. */
        record Next(FanOutTask rest) implements Step {}

        /** Who is in the group, or the message, could not be read now. */
        record Later(String cause) implements Step {}
    }

    /**
     * What is known of groups, and the way to their members' devices.
     *
     * @param ids    the next identity of a delivery, unique in the cluster
     * @param traces has what became of messages here
     */
    public LargeGroups(
            Tenants tenants,
            GroupMembers members,
            Conversations conversations,
            GroupFanOut fanOut,
            TimingWheel wheel,
            LongSupplier ids,
            TraceBuffer traces) {
        this.tenants = tenants;
        this.members = members;
        this.conversations = conversations;
        this.fanOut = fanOut;
        this.wheel = wheel;
        this.ids = ids;
        this.traces = traces;
    }

    /** Serves the next chunk of members, by their ids. A device that has the message already does not get it again. */
    public Step serve(FanOutTask task) throws InterruptedException {
        Optional<Tenant> tenant = tenants.find(task.tenant());
        if (tenant.isEmpty()) {
            return new Step.Done();
        }
        // brings the database to what the tenant's backend says, where that is who knows
        if (task.resumeAfter().isEmpty()
                && members.find(tenant.get(), task.group(), task.traceId())
                        instanceof GroupMembers.Lookup.Unavailable away) {
            return new Step.Later(away.reason());
        }
        return switch (conversations.find(new Conversations.Reader(task.tenant(), task.sender()), task.messageId())) {
            case Reply.Ok<StoredMessage> found ->
                found.value().isRecalled() ? new Step.Done() : serve(task, found.value());
            case Reply.NotFound<StoredMessage> none -> new Step.Done();
            case Reply.Refused<StoredMessage> refused -> new Step.Later(refused.reason());
            case Reply.Unavailable<StoredMessage> away -> new Step.Later(away.cause());
        };
    }

    private Step serve(FanOutTask task, StoredMessage message) throws InterruptedException {
        return switch (conversations.members(task.tenant(), task.group(), task.resumeAfter(), CHUNK)) {
            case Reply.Ok<Conversations.Members> page -> {
                List<String> users = page.value().users().stream()
                        .filter(user -> !user.equals(task.sender()))
                        .toList();
                Delivery delivery = Delivery.stored(
                                task.tenant(), message, Delivery.ToSendingDevice.NOTHING, task.traceId())
                        .asRedelivery();
                GroupFanOut.Result result = deliver(task.tenant(), users, delivery);
                String next = page.value().next();
                note(
                        task,
                        message,
                        () -> Distributed.Reached.of(users, result).words()
                                + (next.isEmpty() ? "; these were the last" : "; more members follow"));
                yield next.isEmpty() ? new Step.Done() : new Step.Next(task.after(next));
            }
            case Reply.NotFound<Conversations.Members> none -> new Step.Done();
            case Reply.Refused<Conversations.Members> refused -> new Step.Later(refused.reason());
            case Reply.Unavailable<Conversations.Members> away -> {
                note(task, message, () -> "not now: " + away.cause());
                yield new Step.Later(away.cause());
            }
        };
    }

    /** What became of one chunk. */
    private void note(FanOutTask task, StoredMessage message, Supplier<String> words) {
        String after = task.resumeAfter();
        traces.note(
                task.tenant(),
                message.clientMsgId(),
                "fanned out",
                task.group().id(),
                () -> "members " + (after.isEmpty() ? "from the first on" : "after " + after) + ": " + words.get());
    }

    private GroupFanOut.Result deliver(String tenant, List<String> users, Delivery delivery)
            throws InterruptedException {
        PendingWrites writes = new PendingWrites();
        try {
            return fanOut.deliver(tenant, users, delivery, LocalDelivery.NOBODY, writes);
        } finally {
            writes.start();
        }
    }

    /** Lets all members know soon that there are messages up to {@code seq}. */
    void announce(String tenant, ConversationRef.Group group, long seq, String traceId) {
        Key key = new Key(tenant, group);
        News now = new News(seq, traceId);
        if (news.putIfAbsent(key, now) == null) {
            if (news.size() > MOST_ANNOUNCEMENTS) {
                news.remove(key);
                return;
            }
            var unused = wheel.schedule(
                    nanos -> {
                        begin(key);
                        return TimerTask.NEVER;
                    },
                    COALESCED.toNanos());
        } else if (news.computeIfPresent(key, (same, old) -> old.seq() >= seq ? old : now) == null) {
            announce(tenant, group, seq, traceId);
        }
    }

    /** On the wheel. */
    private void begin(Key key) {
        News due = news.remove(key);
        if (due != null) {
            Thread unused = CriticalThreads.start("group-news-" + key.tenant(), () -> announce(key, due));
        }
    }

    private void announce(Key key, News due) {
        Optional<Tenant> tenant = tenants.find(key.tenant());
        if (tenant.isEmpty()) {
            return;
        }
        try {
            switch (members.find(tenant.get(), key.group(), due.traceId())) {
                case GroupMembers.Lookup.Known known -> {
                    MessageRequest whose = MessageRequest.newBuilder()
                            .setTenantId(key.tenant())
                            .build();
                    ConversationFrame frame = new ConversationFrame.Updated(
                            key.group().id(), ConversationFrame.Updated.UNREAD_NOT_KNOWN, due.seq());
                    var unused = deliver(
                            key.tenant(), known.list(), Delivery.change(frame, whose, due.traceId(), ids.getAsLong()));
                }
                case GroupMembers.Lookup.Unavailable away ->
                    LOG.warn("members_unavailable", "tenant", key.tenant(), "cause", away.reason());
            }
        } catch (InterruptedException e) {
            LOG.debug("group_news_ended", "tenant", key.tenant());
        } catch (RuntimeException e) {
            LOG.error("group_news_failed", e, "tenant", key.tenant(), "traceId", due.traceId());
        }
    }
}
