package io.mics.conversation;

import io.mics.concurrent.HeapShare;
import io.mics.hook.MemberListLease;
import io.mics.hook.MembersAnswer;
import io.mics.hook.TenantBackend;
import io.mics.protocol.AckReason;
import io.mics.protocol.ConversationRef;
import io.mics.tenant.Tenant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the tenant's backend or the database, and remembers the answer for a while. What a backend says is written to
 * the database when it is asked, so that lists of conversations, unread counts and the moment of joining hold there,
 * too.
 */
public final class CachedGroupMembers implements GroupMembers {
    private static final long BACKEND_NANOS = Duration.ofSeconds(30).toNanos();
    private static final long STORED_NANOS = Duration.ofSeconds(5).toNanos();
    private static final int PAGE = 1_000;
    /** What a member in the memory takes, about. */
    private static final long MEMBER_BYTES = 120;

    /** What a group in the memory takes beside its members, in members. */
    private static final int OF_A_GROUP = 4;

    private static final long MOST_MEMBERS = HeapShare.atMost(32L << 20, 1) / MEMBER_BYTES;

    private final TenantBackend backend;
    private final Conversations conversations;
    private final LongSupplier clock;
    private final ReentrantLock lock = new ReentrantLock();
    /** By age of their last use. */
    private final LinkedHashMap<Key, Entry> known = new LinkedHashMap<>(16, 0.75f, true);

    private long members;

    private record Key(String tenant, String group) {}

    private record Entry(Lookup.Known members, long nanos) {
        /** In members; a group without any is remembered, too. */
        int size() {
            return members.users().size() + OF_A_GROUP;
        }
    }

    /**
     * A cache in front of both.
     *
     * @param clock {@link System#nanoTime()}
     */
    public CachedGroupMembers(TenantBackend backend, Conversations conversations, LongSupplier clock) {
        this.backend = backend;
        this.conversations = conversations;
        this.clock = clock;
    }

    /** Bytes that remembered members take at most. */
    public static long mostBytes() {
        return MOST_MEMBERS * MEMBER_BYTES;
    }

    @Override
    public Membership contains(
            Tenant tenant, ConversationRef.Group group, String user, String traceId, Runnable beforeAsking)
            throws InterruptedException {
        if (asksBackend(tenant) || fresh(new Key(tenant.id(), group.group()), STORED_NANOS) != null) {
            return GroupMembers.super.contains(tenant, group, user, traceId, beforeAsking);
        }
        beforeAsking.run();
        return switch (conversations.isMember(tenant.id(), group, user)) {
            case Reply.Ok<Boolean> known -> new Membership.Known(known.value());
            case Reply.NotFound<Boolean> none -> new Membership.Known(false);
            case Reply.Refused<Boolean> refused -> new Membership.Unavailable(refused.reason());
            case Reply.Unavailable<Boolean> away -> new Membership.Unavailable(AckReason.STORE_UNAVAILABLE);
        };
    }

    @Override
    public Lookup find(Tenant tenant, ConversationRef.Group group, String traceId, Runnable beforeAsking)
            throws InterruptedException {
        boolean asksBackend = asksBackend(tenant);
        Key key = new Key(tenant.id(), group.group());
        Entry entry = fresh(key, asksBackend ? BACKEND_NANOS : STORED_NANOS);
        if (entry != null) {
            return entry.members();
        }
        beforeAsking.run();
        Lookup lookup = asksBackend ? fromBackend(tenant, group, traceId) : fromStore(tenant.id(), group);
        if (lookup instanceof Lookup.Known now) {
            remember(key, now);
        }
        return lookup;
    }

    /** Whether a tenant's backend says who is in its groups. */
    public static boolean asksBackend(Tenant tenant) {
        return switch (tenant.settings().durable().groups()) {
            case HOOK -> true;
            case STORED -> false;
            case AUTO -> !tenant.hooks().baseUrl().isEmpty();
        };
    }

    /** Forgets what was known of a group: its members were changed. */
    public void forget(String tenant, ConversationRef.Group group) {
        lock.lock();
        try {
            Entry gone = known.remove(new Key(tenant, group.group()));
            members -= gone == null ? 0 : gone.size();
        } finally {
            lock.unlock();
        }
    }

    /** What was known of a group less than {@code nanos} ago. */
    private @Nullable Entry fresh(Key key, long nanos) {
        lock.lock();
        try {
            Entry entry = known.get(key);
            return entry != null && clock.getAsLong() - entry.nanos() < nanos ? entry : null;
        } finally {
            lock.unlock();
        }
    }

    private void remember(Key key, Lookup.Known now) {
        if (now.users().size() > MOST_MEMBERS / 4) {
            return;
        }
        lock.lock();
        try {
            Entry entry = new Entry(now, clock.getAsLong());
            Entry before = known.put(key, entry);
            members += entry.size() - (before == null ? 0 : before.size());
            var eldest = known.entrySet().iterator();
            while (members > MOST_MEMBERS && known.size() > 1) {
                members -= eldest.next().getValue().size();
                eldest.remove();
            }
        } finally {
            lock.unlock();
        }
    }

    private Lookup fromStore(String tenant, ConversationRef.Group group) {
        Set<String> users = new HashSet<>();
        String after = "";
        do {
            switch (conversations.members(tenant, group, after, PAGE)) {
                case Reply.Ok<Conversations.Members> page -> {
                    users.addAll(page.value().users());
                    after = page.value().next();
                }
                case Reply.NotFound<Conversations.Members> none -> after = "";
                case Reply.Refused<Conversations.Members> refused -> {
                    return new Lookup.Unavailable(refused.reason());
                }
                case Reply.Unavailable<Conversations.Members> away -> {
                    return new Lookup.Unavailable(AckReason.STORE_UNAVAILABLE);
                }
            }
        } while (!after.isEmpty());
        return Lookup.Known.of(users);
    }

    private Lookup fromBackend(Tenant tenant, ConversationRef.Group group, String traceId) throws InterruptedException {
        try (MemberListLease lease = backend.leaseForMembers(tenant)) {
            return switch (backend.groupMembers(tenant, group.group(), traceId, lease)) {
                case MembersAnswer.Members answer -> written(tenant.id(), group, Lookup.Known.of(answer.userIds()));
                case MembersAnswer.NoRoom none -> new Lookup.Unavailable(AckReason.TENANT_BUSY);
                case MembersAnswer.Failed failed -> new Lookup.Unavailable(failed.ackReason());
            };
        }
    }

    /** Brings the database to what the backend says; without the database nothing is known. */
    private Lookup written(String tenant, ConversationRef.Group group, Lookup.Known now) {
        return switch (fromStore(tenant, group)) {
            case Lookup.Known stored -> {
                List<String> joined = missing(now.users(), stored.users());
                List<String> left = missing(stored.users(), now.users());
                boolean done = (joined.isEmpty() || conversations.join(tenant, group, joined) instanceof Reply.Ok)
                        && (left.isEmpty() || conversations.leave(tenant, group, left) instanceof Reply.Ok);
                yield done ? now : new Lookup.Unavailable(AckReason.STORE_UNAVAILABLE);
            }
            case Lookup.Unavailable away -> away;
        };
    }

    /** Those of {@code some} who are not in {@code others}. */
    private static List<String> missing(Set<String> some, Set<String> others) {
        List<String> missing = new ArrayList<>();
        for (String user : some) {
            if (!others.contains(user)) {
                missing.add(user);
            }
        }
        return missing;
    }

    /** Forgets a tenant. */
    public void forget(String tenant) {
        lock.lock();
        try {
            known.entrySet().removeIf(entry -> {
                boolean gone = entry.getKey().tenant().equals(tenant);
                members -= gone ? entry.getValue().size() : 0;
                return gone;
            });
        } finally {
            lock.unlock();
        }
    }
}
