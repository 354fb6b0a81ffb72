package io.mics.observe;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What happened to the last messages of each tenant on this node, for the engineer who looks for one: metadata only,
 * never a body. Bounded per tenant and in all, the oldest step is forgotten first; noting costs two small objects and
 * blocks nobody.
 */
public final class MessageTrail {
    private static final Duration KEPT = Duration.ofMinutes(10);

    /** A tenant's steps are in so many rings, by the thread that notes: processors do not wait for each other. */
    private static final int STRIPES = 4;

    /** What each of them begins with, and has whatever the others have. */
    private static final int FIRST_STEPS = 16;

    private static final int GROWTH = 4;
    private static final Ring[] NONE = {};
    private static final long SHARED_STEPS = 1 << 18;

    private final int stepsPerRing;
    private final Clock clock;
    private final Map<String, Ring[]> rings = new ConcurrentHashMap<>();
    private final AtomicLong spare;
    private final AtomicLong nextSweepMs = new AtomicLong();

    /** One thing that happened to a message, and what came of it on the same thread. */
    public static final class Step {
        /** Nothing of which anybody took note; what comes after it is not noted either. */
        public static final Step NONE = new Step(0, 0, "", "", "", () -> "");

        private final long atMs;
        private final long number;
        private final String msgId;
        private final String what;
        private final String who;
        private final Supplier<String> words;
        private volatile @Nullable Step next;

        private Step(long atMs, long number, String msgId, String what, String who, Supplier<String> words) {
            this.atMs = atMs;
            this.number = number;
            this.msgId = msgId;
            this.what = what;
            this.who = who;
            this.words = words;
        }

        /** When, in milliseconds since 1970-01-01 UTC. */
        public long atMs() {
            return atMs;
        }

        /** What happened. */
        public String what() {
            return what;
        }

        /** The user, device, node or hook it happened at. */
        public String who() {
            return who;
        }

        /** How it went, in plain words. */
        public String detail() {
            return words.get();
        }
    }

    /** Some of the last steps of one tenant; the step with a number is at that number modulo the length. */
    private static final class Ring {
        final AtomicLong next = new AtomicLong();
        volatile AtomicReferenceArray<Step> steps;

        Ring(int size) {
            steps = new AtomicReferenceArray<>(size);
        }

        long newestMs() {
            AtomicReferenceArray<Step> now = steps;
            long last = next.get() - 1;
            Step newest = last < 0 ? null : now.get((int) (last % now.length()));
            return newest == null ? 0 : newest.atMs;
        }

        int beyondFirst(int first) {
            return steps.length() - first;
        }
    }

    /** An empty trail of about {@code stepsPerTenant} steps at most; 0 notes nothing. */
    public MessageTrail(int stepsPerTenant, Clock clock) {
        this(stepsPerTenant, SHARED_STEPS, clock);
    }

    MessageTrail(int stepsPerTenant, long sharedSteps, Clock clock) {
        this.stepsPerRing = (stepsPerTenant + STRIPES - 1) / STRIPES;
        this.spare = new AtomicLong(sharedSteps);
        this.clock = clock;
    }

    private int first() {
        return Math.min(FIRST_STEPS, stepsPerRing);
    }

    private Ring[] fresh() {
        Ring[] fresh = new Ring[STRIPES];
        for (int i = 0; i < STRIPES; i++) {
            fresh[i] = new Ring(first());
        }
        return fresh;
    }

    /**
     * Takes note of one thing that happened to a message; ids are not unique, so several messages may answer to one.
     *
     * @param words makes {@link Step#detail} when somebody asks; must not hold on to a body
     */
    public Step note(String tenant, String msgId, String what, String who, Supplier<String> words) {
        if (stepsPerRing == 0) {
            return Step.NONE;
        }
        Ring[] all = rings.get(tenant);
        if (all == null) {
            all = rings.computeIfAbsent(tenant, id -> fresh());
        }
        Ring ring = all[(int) Thread.currentThread().threadId() & (STRIPES - 1)];
        long now = clock.millis();
        long number = ring.next.getAndIncrement();
        AtomicReferenceArray<Step> steps = ring.steps;
        if (number > 0 && number % steps.length() == 0 && steps.length() < stepsPerRing) {
            steps = grown(ring, steps, now);
        }
        Step step = new Step(now, number, msgId, what, who, words);
        steps.set((int) (number % steps.length()), step);
        return step;
    }

    /** Takes note of what came of {@code before}, on the thread that noted that; it is forgotten together with it. */
    public Step then(Step before, String what, String who, Supplier<String> words) {
        if (before == Step.NONE) {
            return before;
        }
        Step step = new Step(clock.millis(), before.number, before.msgId, what, who, words);
        before.next = step;
        return step;
    }

    /** A longer ring while there is room for one; steps noted in this very moment may be missing from it. */
    private AtomicReferenceArray<Step> grown(Ring ring, AtomicReferenceArray<Step> steps, long nowMs) {
        int length = (int) Math.min((long) steps.length() * GROWTH, stepsPerRing);
        int more = length - steps.length();
        if (!taken(more)) {
            sweep(nowMs);
            return steps;
        }
        AtomicReferenceArray<Step> longer = new AtomicReferenceArray<>(length);
        for (int i = 0; i < steps.length(); i++) {
            Step step = steps.get(i);
            if (step != null) {
                longer.set((int) (step.number % length), step);
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
            long oldest = nowMs - KEPT.toMillis();
            rings.forEach((tenant, all) -> {
                if (Arrays.stream(all).noneMatch(ring -> ring.newestMs() >= oldest)) {
                    forget(tenant);
                }
            });
        }
    }

    /** What is known of the messages called {@code msgId}, oldest first. */
    public List<Step> of(String tenant, String msgId) {
        List<Step> found = new ArrayList<>();
        long oldest = clock.millis() - KEPT.toMillis();
        for (Ring ring : rings.getOrDefault(tenant, NONE)) {
            AtomicReferenceArray<Step> steps = ring.steps;
            for (int i = 0; i < steps.length(); i++) {
                Step step = steps.get(i);
                if (step != null && step.msgId.equals(msgId) && step.atMs >= oldest) {
                    Stream.iterate(step, Objects::nonNull, each -> each.next).forEach(found::add);
                }
            }
        }
        found.sort(Comparator.comparingLong(Step::atMs).thenComparingLong(step -> step.number));
        return found;
    }

    /** Forgets a tenant. */
    public void forget(String tenant) {
        for (Ring ring : Objects.requireNonNullElse(rings.remove(tenant), NONE)) {
            spare.addAndGet(ring.beyondFirst(first()));
        }
    }
}
