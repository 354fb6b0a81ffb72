package io.mics.hook;

import com.google.protobuf.InvalidProtocolBufferException;
import io.mics.concurrent.Deadline;
import io.mics.concurrent.FairScheduler;
import io.mics.concurrent.SharedByteBudget;
import io.mics.hook.BackendGate.UndecodableException;
import io.mics.observe.Counter;
import io.mics.observe.Log;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.protocol.IdForm;
import io.mics.tenant.Tenant;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * The bounded memory of member lists: each has a lease from before a backend is asked until its list is no longer used.
 * How large the list will be is not known before; a tenant's lists are expected to be about as large as its largest of
 * late.
 */
final class MemberListMemory {
    private static final Log LOG = Log.of(TenantBackend.class);
    private static final long LOG_INTERVAL = TimeUnit.SECONDS.toNanos(5);
    /** Of a tenant that was not asked yet. */
    private static final long LEAST_EXPECTED = 4_096;

    /** Of an answer that is read without waiting for others. */
    private static final int BYTES_WITHOUT_TURN = 32 << 10;

    /** Members of a list that is made without waiting for others. */
    private static final int WITHOUT_TURN = 2_048;

    /** What a list of 200 000 takes, where the heap is not small. */
    static final int MOST_SLOTS_KEPT =
            (int) Math.min(1 << 19, Runtime.getRuntime().maxMemory() / (256 * Integer.BYTES));

    private static final int[] NO_SLOTS = {};

    private final SharedByteBudget budget;
    private final Consumer<byte[]> reuse;
    private final FairScheduler scheduler;
    /** Cleared, for whoever makes a list next: large arrays are dear to the garbage collector. */
    private final AtomicReference<int[]> freeSlots = new AtomicReference<>(NO_SLOTS);

    private final Metrics.PerTenant<Counter> skipped;
    private final Metrics.PerTenant<Counter> refused;
    private final Map<String, Long> expected = new ConcurrentHashMap<>();
    /** A tenant's lists are made one after another, so that one table does for all of them. */
    private final Map<String, Semaphore> making = new ConcurrentHashMap<>();

    private final AtomicLong nextLog = new AtomicLong(System.nanoTime());

    MemberListMemory(SharedByteBudget budget, Consumer<byte[]> reuse, FairScheduler scheduler, Metrics metrics) {
        this.budget = budget;
        this.reuse = reuse;
        this.scheduler = scheduler;
        this.skipped = metrics.perTenant(tenant -> metrics.counter(Metric.GROUP_MEMBERS_SKIPPED, tenant));
        this.refused = metrics.perTenant(tenant -> metrics.counter(
                Metric.HOOK_LIMITER_REJECTED,
                tenant,
                BackendOperation.GET_GROUP_MEMBERS.label(),
                "member_lists_bytes"));
    }

    MemberListLease of(String tenant) {
        return new MemberListLease(budget.lease(tenant), reuse);
    }

    /** Waits for what the tenant's next list is expected to have. */
    boolean expect(String tenant, MemberListLease lease, Duration wait) throws InterruptedException {
        long bytes = expected.getOrDefault(tenant, LEAST_EXPECTED);
        if (lease.resize(bytes, Deadline.after(wait))) {
            return true;
        }
        if (!lease.couldBe(bytes)) {
            // a size that never fits again must not be expected for ever
            expected.put(tenant, Math.max(LEAST_EXPECTED, bytes / 2));
        }
        refused(tenant, bytes);
        return false;
    }

    /** Makes the list, once there is room for what it really has. */
    MembersAnswer list(Tenant tenant, MemberList.Answer answer, MemberListLease lease, Duration wait)
            throws InterruptedException {
        String id = tenant.id();
        long weight = answer.weight();
        long most = weight + answer.weightOfMaking();
        expected.merge(id, most, (before, now) -> Math.max(now, before - before / 8));
        if (!lease.resize(most, Deadline.after(wait))) {
            refused(id, most);
            return new MembersAnswer.NoRoom();
        }
        MemberList members = make(id, answer, tenant.ids());
        lease.holds(members);
        if (members.skipped() > 0) {
            skipped(id).add(members.skipped());
        }
        boolean fits = lease.resize(weight, Deadline.after(wait));
        assert fits : "it was larger";
        return new MembersAnswer.Members(members);
    }

    /** A large list is work that others have turns between, as for delivering to it. */
    private MemberList make(String tenant, MemberList.Answer answer, IdForm ids) throws InterruptedException {
        if (answer.members() < WITHOUT_TURN) {
            return MemberList.of(answer, ids, new int[answer.slots()], () -> {});
        }
        Semaphore one = making.computeIfAbsent(tenant, t -> new Semaphore(1, true));
        one.acquire();
        try {
            return makeInTurns(tenant, answer, ids);
        } finally {
            one.release();
        }
    }

    private MemberList makeInTurns(String tenant, MemberList.Answer answer, IdForm ids) throws InterruptedException {
        int[] slots = freeSlots.getAndSet(NO_SLOTS);
        int[] enough = slots.length < answer.slots() ? new int[answer.slots()] : slots;
        try {
            return inTurns(tenant, turn -> MemberList.of(answer, ids, enough, turn));
        } finally {
            if (enough.length <= MOST_SLOTS_KEPT) {
                Arrays.fill(enough, 0, Math.min(enough.length, answer.slots()), 0);
                freeSlots.set(enough);
            }
        }
    }

    /** Reads answers of a tenant's backend: a large one is such work, too. */
    BackendGate.Decoder<MemberList.Answer> decoder(String tenant) {
        return new BackendGate.Decoder<>() {
            @Override
            public MemberList.Answer decode(byte[] body) throws UndecodableException, InterruptedException {
                try {
                    return body.length < BYTES_WITHOUT_TURN
                            ? MemberList.read(body, () -> {})
                            : inTurns(tenant, turn -> MemberList.read(body, turn));
                } catch (InvalidProtocolBufferException e) {
                    throw AnswerDecoders.undecodable(body);
                }
            }

            @Override
            public boolean accepts(MemberList.Answer answer) {
                return true;
            }
        };
    }

    private interface LongWork<R, E extends Exception> {
        R run(MemberList.Pause turn) throws E, InterruptedException;
    }

    private <R, E extends Exception> R inTurns(String tenant, LongWork<R, E> work) throws E, InterruptedException {
        Turn turn = new Turn(tenant);
        scheduler.enter(tenant);
        turn.mine = true;
        try {
            return work.run(turn);
        } finally {
            if (turn.mine) {
                scheduler.leave(tenant);
            }
        }
    }

    private final class Turn implements MemberList.Pause {
        private final String tenant;
        private boolean mine;

        Turn(String tenant) {
            this.tenant = tenant;
        }

        @Override
        public void next() throws InterruptedException {
            mine = false;
            scheduler.next(tenant);
            mine = true;
        }
    }

    /** Counts members that nobody can be. */
    Counter skipped(String tenant) {
        return skipped.of(tenant);
    }

    void forget(String tenant) {
        expected.remove(tenant);
        making.remove(tenant);
    }

    private void refused(String tenant, long bytes) {
        refused.of(tenant).increment();
        long now = System.nanoTime();
        long due = nextLog.get();
        if (now - due >= 0 && nextLog.compareAndSet(due, now + LOG_INTERVAL)) {
            LOG.warn("member_list_refused", "tenant", tenant, "bytes", bytes, "held", budget.held());
        }
    }
}
