package io.mics.hook;

import io.mics.concurrent.ByteShares;
import io.mics.concurrent.Deadline;
import io.mics.observe.Counter;
import io.mics.observe.Log;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.tenant.HookOwner;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Room for the member lists in memory, from before a backend is asked until its list is no longer used. How large the
 * list will be is not known before; a tenant's lists are expected to be about as large as its largest of late.
 */
final class GroupRoom {
    private static final Log LOG = Log.of(Hooks.class);
    private static final long LOG_INTERVAL = TimeUnit.SECONDS.toNanos(5);
    /** Of a tenant that was not asked yet. */
    private static final long LEAST_EXPECTED = 4_096;

    private final ByteShares shares;
    private final Metrics metrics;
    private final Map<String, Long> expected = new ConcurrentHashMap<>();
    private final AtomicLong nextLog = new AtomicLong(System.nanoTime());

    GroupRoom(ByteShares shares, Metrics metrics) {
        this.shares = shares;
        this.metrics = metrics;
    }

    ByteShares.Lease lease(String tenant) {
        return shares.lease(tenant);
    }

    /** Waits for what the tenant's next list is expected to have. */
    boolean expect(String tenant, ByteShares.Lease room, Duration wait) throws InterruptedException {
        long bytes = expected.getOrDefault(tenant, LEAST_EXPECTED);
        if (room.resize(bytes, Deadline.after(wait))) {
            return true;
        }
        // a size that never fits again must not be expected for ever
        expected.put(tenant, Math.max(LEAST_EXPECTED, bytes / 2));
        refused(tenant, bytes);
        return false;
    }

    /** Makes the list, once there is room for what it really has. */
    MembersAnswer list(HookOwner owner, MemberList.Answer answer, ByteShares.Lease room, Duration wait)
            throws InterruptedException {
        String tenant = owner.id();
        long weight = answer.weight();
        long most = weight + answer.weightOfMaking();
        expected.merge(tenant, most, (before, now) -> Math.max(now, before - before / 8));
        if (!room.resize(most, Deadline.after(wait))) {
            refused(tenant, most);
            return new MembersAnswer.NoRoom();
        }
        MemberList members = MemberList.of(answer, owner.ids());
        if (members.skipped() > 0) {
            skipped(tenant).add(members.skipped());
        }
        boolean fits = room.resize(weight, Deadline.after(wait));
        assert fits : "it was larger";
        return new MembersAnswer.Members(members);
    }

    /** Counts members that nobody can be. */
    Counter skipped(String tenant) {
        return metrics.counter(Metric.GROUP_MEMBERS_SKIPPED, tenant);
    }

    void forget(String tenant) {
        expected.remove(tenant);
    }

    private void refused(String tenant, long bytes) {
        metrics.counter(
                        Metric.HOOK_LIMITER_REJECTED,
                        tenant,
                        HookOperation.GET_GROUP_MEMBERS.label(),
                        "member_lists_bytes")
                .increment();
        long now = System.nanoTime();
        long due = nextLog.get();
        if (now - due >= 0 && nextLog.compareAndSet(due, now + LOG_INTERVAL)) {
            LOG.warn("member_list_refused", "tenant", tenant, "bytes", bytes, "held", shares.held());
        }
    }
}
