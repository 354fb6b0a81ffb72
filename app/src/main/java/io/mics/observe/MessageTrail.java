package io.mics.observe;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * What happened to the last messages of each tenant on this node, for the engineer who looks for one: metadata only,
 * never a body. Bounded per tenant and in all, the oldest step is forgotten first; noting costs two small objects and
 * blocks nobody.
 */
public final class MessageTrail {
    private static final Duration KEPT = Duration.ofMinutes(10);

    /** What a tenant begins with, and has whatever the others have. */
    private static final int FIRST_STEPS = 64;

    private static final int GROWTH = 4;
    private static final long SHARED_STEPS = 1 << 18;

    private final int stepsPerTenant;
    private final Clock clock;
    private final Map<String, Ring> rings = new ConcurrentHashMap<>();
    private final AtomicLong spare;
    private final AtomicLong nextSweepMs = new AtomicLong();

    /**
     * One thing that happened.
     *
     * @param atMs   when, in milliseconds since 1970-01-01 UTC
     * @param number orders the steps of one millisecond
     * @param msgId  to which message; ids are not unique, so several messages may answer to one
     * @param what   what happened
     * @param who    the user, device, node or hook it happened at
     * @param words  makes {@link #detail} when somebody asks; must not hold on to a body
     */
    public record Step(long atMs, long number, String msgId, String what, String who, Supplier<String> words) {
        /** How it went, in plain words. */
        public String detail() {
            return words.get();
        }
    }

    /** The last steps of one tenant; the step with a number is at that number modulo the length. */
    private static final class Ring {
        final AtomicLong next = new AtomicLong();
        volatile AtomicReferenceArray<Step> steps;

        Ring(int size) {
            steps = new AtomicReferenceArray<>(size);
        }

        int beyondFirst(int first) {
            return steps.length() - first;
        }
    }

    /** An empty trail of {@code stepsPerTenant} steps at most; 0 notes nothing. */
    public MessageTrail(int stepsPerTenant, Clock clock) {
        this(stepsPerTenant, SHARED_STEPS, clock);
    }

    MessageTrail(int stepsPerTenant, long sharedSteps, Clock clock) {
        this.stepsPerTenant = stepsPerTenant;
        this.spare = new AtomicLong(sharedSteps);
        this.clock = clock;
    }

    private int first() {
        return Math.min(FIRST_STEPS, stepsPerTenant);
    }

    /** Takes note of one thing that happened to a message. */
    public void note(String tenant, String msgId, String what, String who, Supplier<String> words) {
        if (stepsPerTenant == 0) {
            return;
        }
        Ring ring = rings.get(tenant);
        if (ring == null) {
            ring = rings.computeIfAbsent(tenant, id -> new Ring(first()));
        }
        long now = clock.millis();
        long number = ring.next.getAndIncrement();
        AtomicReferenceArray<Step> steps = ring.steps;
        if (number > 0 && number % steps.length() == 0 && steps.length() < stepsPerTenant) {
            steps = grown(ring, steps, now);
        }
        steps.set((int) (number % steps.length()), new Step(now, number, msgId, what, who, words));
    }

    /** A longer ring while there is room for one; steps noted in this very moment may be missing from it. */
    private AtomicReferenceArray<Step> grown(Ring ring, AtomicReferenceArray<Step> steps, long nowMs) {
        int length = (int) Math.min((long) steps.length() * GROWTH, stepsPerTenant);
        int more = length - steps.length();
        if (!taken(more)) {
            sweep(nowMs);
            return steps;
        }
        AtomicReferenceArray<Step> longer = new AtomicReferenceArray<>(length);
        for (int i = 0; i < steps.length(); i++) {
            Step step = steps.get(i);
            if (step != null) {
                longer.set((int) (step.number() % length), step);
            }
        }
        ring.steps = longer;
        return longer;
    }

    private boolean taken(int more) {
        if (spare.addAndGet(-more) >= 0) {
            return true;
        }
        spare.addAndGet(more);
        return false;
    }

    /** Forgets tenants that nothing was noted of for as long as steps are kept, once a second at most. */
    private void sweep(long nowMs) {
        long due = nextSweepMs.get();
        if (nowMs >= due && nextSweepMs.compareAndSet(due, nowMs + 1_000)) {
            rings.forEach((tenant, ring) -> {
                AtomicReferenceArray<Step> steps = ring.steps;
                Step newest = steps.get((int) ((ring.next.get() - 1) % steps.length()));
                if (newest != null && newest.atMs() < nowMs - KEPT.toMillis()) {
                    forget(tenant);
                }
            });
        }
    }

    /** What is known of the messages called {@code msgId}, oldest first. */
    public List<Step> of(String tenant, String msgId) {
        List<Step> found = new ArrayList<>();
        Ring ring = rings.get(tenant);
        if (ring == null) {
            return found;
        }
        AtomicReferenceArray<Step> steps = ring.steps;
        long oldest = clock.millis() - KEPT.toMillis();
        for (int i = 0; i < steps.length(); i++) {
            Step step = steps.get(i);
            if (step != null && step.msgId().equals(msgId) && step.atMs() >= oldest) {
                found.add(step);
            }
        }
        found.sort(Comparator.comparingLong(Step::number));
        return found;
    }

    /** Forgets a tenant. */
    public void forget(String tenant) {
        Ring ring = rings.remove(tenant);
        if (ring != null) {
            spare.addAndGet(ring.beyondFirst(first()));
        }
    }
}
