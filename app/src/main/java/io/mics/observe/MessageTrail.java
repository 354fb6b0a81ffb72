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

/**
 * What happened to the last messages of each tenant on this node, for the engineer who looks for one: metadata only,
 * never a body. Bounded per tenant, the oldest step is forgotten first; noting costs one object and blocks nobody.
 */
public final class MessageTrail {
    private static final Duration KEPT = Duration.ofMinutes(10);

    private final int stepsPerTenant;
    private final Clock clock;
    private final Map<String, Ring> rings = new ConcurrentHashMap<>();

    /**
     * One thing that happened.
     *
     * @param atMs   when, in milliseconds since 1970-01-01 UTC
     * @param number orders the steps of one millisecond
     * @param msgId  to which message; ids are not unique, so several messages may answer to one
     * @param what   what happened
     * @param who    the user, device, node or hook it happened at
     * @param detail how it went, in plain words
     */
    public record Step(long atMs, long number, String msgId, String what, String who, String detail) {}

    private static final class Ring {
        final AtomicLong next = new AtomicLong();
        final AtomicReferenceArray<Step> steps;

        Ring(int size) {
            steps = new AtomicReferenceArray<>(size);
        }
    }

    /** An empty trail of {@code stepsPerTenant} steps at most; 0 notes nothing. */
    public MessageTrail(int stepsPerTenant, Clock clock) {
        this.stepsPerTenant = stepsPerTenant;
        this.clock = clock;
    }

    /** Takes note of one thing that happened to a message. */
    public void note(String tenant, String msgId, String what, String who, String detail) {
        if (stepsPerTenant == 0) {
            return;
        }
        Ring ring = rings.get(tenant);
        if (ring == null) {
            ring = rings.computeIfAbsent(tenant, id -> new Ring(stepsPerTenant));
        }
        long number = ring.next.getAndIncrement();
        ring.steps.set((int) (number % stepsPerTenant), new Step(clock.millis(), number, msgId, what, who, detail));
    }

    /** What is known of the messages called {@code msgId}, oldest first. */
    public List<Step> of(String tenant, String msgId) {
        Ring ring = rings.get(tenant);
        List<Step> found = new ArrayList<>();
        long oldest = clock.millis() - KEPT.toMillis();
        for (int i = 0; ring != null && i < stepsPerTenant; i++) {
            Step step = ring.steps.get(i);
            if (step != null && step.msgId().equals(msgId) && step.atMs() >= oldest) {
                found.add(step);
            }
        }
        found.sort(Comparator.comparingLong(Step::number));
        return found;
    }

    /** Forgets a tenant. */
    public void forget(String tenant) {
        rings.remove(tenant);
    }
}
