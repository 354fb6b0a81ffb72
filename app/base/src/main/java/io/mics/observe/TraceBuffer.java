package io.mics.observe;

import io.mics.concurrent.HeapShare;
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

/**
 * The traces of the last messages of each tenant on this node, for the engineer who looks for one: metadata only,
 * never a body. Bounded per tenant and in all, the oldest entry is forgotten first; noting costs one small object and
 * blocks nobody.
 */
public final class TraceBuffer {
    private static final Duration RETENTION = Duration.ofMinutes(10);

    /** A tenant's entries are in so many rings, by the thread that notes: processors do not wait for each other. */
    private static final int STRIPES = 4;

    /** What each of them begins with, and has whatever the others have. */
    private static final int FIRST_ENTRIES = 16;

    private static final int GROWTH = 4;
    private static final Ring[] NONE = {};

    /** What one takes in memory, about. */
    private static final int ENTRY_BYTES = 200;

    private static final long SHARED_ENTRIES = HeapShare.atMost((long) ENTRY_BYTES << 18, 2) / ENTRY_BYTES;

    private final int entriesPerRing;
    private final Clock clock;
    private final Map<String, Ring[]> rings = new ConcurrentHashMap<>();
    private final AtomicLong spare;
    private final AtomicLong nextSweepMs = new AtomicLong();

    /** What is known of one message, or of one thing done for it; must not hold on to a body. */
    public interface Entry {
        /** Which message; ids are not unique, so several may answer to one. */
        String msgId();

        /** When it began, in milliseconds since 1970-01-01 UTC. */
        long atMs();

        /** What happened, put into words now. */
        List<Step> steps();

        /** Where its message went, in a few words; empty while, or where, it does not know. */
        default String reach() {
            return "";
        }
    }

    /**
     * One thing that happened.
     *
     * @param atMs   when it had happened, in milliseconds since 1970-01-01 UTC
     * @param nanos  the same by {@link System#nanoTime}, which gives the order within a millisecond
     * @param what   what happened
     * @param who    the user, device, node or hook it happened at
     * @param detail how it went, in plain words
     */
    public record Step(long atMs, long nanos, String what, String who, String detail) {
        private static int byTime(Step one, Step other) {
            return Long.signum(one.nanos - other.nanos);
        }
    }

    private record Single(String msgId, long atMs, long nanos, String what, String who, Supplier<String> words)
            implements Entry {
        @Override
        public List<Step> steps() {
            return List.of(new Step(atMs, nanos, what, who, words.get()));
        }
    }

    /** Some of the last entries of one tenant; the one with a number is at that number modulo the length. */
    private static final class Ring {
        final AtomicLong next = new AtomicLong();
        volatile AtomicReferenceArray<Entry> entries;

        Ring(int size) {
            entries = new AtomicReferenceArray<>(size);
        }

        long newestMs() {
            AtomicReferenceArray<Entry> now = entries;
            long last = next.get() - 1;
            Entry newest = last < 0 ? null : now.get((int) (last % now.length()));
            return newest == null ? 0 : newest.atMs();
        }

        int beyondFirst(int first) {
            return entries.length() - first;
        }
    }

    /** Bytes that the entries beyond each tenant's first may take, in this process. */
    public static long mostBytes() {
        return SHARED_ENTRIES * ENTRY_BYTES;
    }

    /** An empty buffer of about {@code entriesPerTenant} entries at most; 0 notes nothing. */
    public TraceBuffer(int entriesPerTenant, Clock clock) {
        this(entriesPerTenant, SHARED_ENTRIES, clock);
    }

    TraceBuffer(int entriesPerTenant, long sharedEntries, Clock clock) {
        this.entriesPerRing = (entriesPerTenant + STRIPES - 1) / STRIPES;
        this.spare = new AtomicLong(sharedEntries);
        this.clock = clock;
    }

    private int first() {
        return Math.min(FIRST_ENTRIES, entriesPerRing);
    }

    private Ring[] fresh() {
        Ring[] fresh = new Ring[STRIPES];
        for (int i = 0; i < STRIPES; i++) {
            fresh[i] = new Ring(first());
        }
        return fresh;
    }

    /** Takes note of one thing done for a message; {@code words} say how it went, when somebody asks. */
    public void note(String tenant, String msgId, String what, String who, Supplier<String> words) {
        note(tenant, new Single(msgId, clock.millis(), System.nanoTime(), what, who, words));
    }

    /** Takes note of a message, of which more may become known. */
    public void note(String tenant, Entry entry) {
        if (entriesPerRing == 0) {
            return;
        }
        Ring[] all = rings.get(tenant);
        if (all == null) {
            all = rings.computeIfAbsent(tenant, id -> fresh());
        }
        Ring ring = all[(int) Thread.currentThread().threadId() & (STRIPES - 1)];
        long number = ring.next.getAndIncrement();
        AtomicReferenceArray<Entry> entries = ring.entries;
        if (number > 0 && number % entries.length() == 0 && entries.length() < entriesPerRing) {
            entries = grown(ring, entries, number);
        }
        entries.set((int) (number % entries.length()), entry);
    }

    /** A longer ring while there is room for one; entries noted in this very moment may be missing from it. */
    private AtomicReferenceArray<Entry> grown(Ring ring, AtomicReferenceArray<Entry> entries, long number) {
        int before = entries.length();
        int length = (int) Math.min((long) before * GROWTH, entriesPerRing);
        if (!taken(length - before)) {
            sweep(clock.millis());
            return entries;
        }
        AtomicReferenceArray<Entry> longer = new AtomicReferenceArray<>(length);
        for (long old = number - before; old < number; old++) {
            longer.set((int) (old % length), entries.get((int) (old % before)));
        }
        ring.entries = longer;
        return longer;
    }

    private boolean taken(int more) {
        if (spare.addAndGet(-more) >= 0) {
            return true;
        }
        spare.addAndGet(more);
        return false;
    }

    /** Forgets tenants that nothing was noted of for as long as entries are kept, once a second at most. */
    private void sweep(long nowMs) {
        long due = nextSweepMs.get();
        if (nowMs >= due && nextSweepMs.compareAndSet(due, nowMs + 1_000)) {
            long oldest = nowMs - RETENTION.toMillis();
            rings.forEach((tenant, all) -> {
                if (Arrays.stream(all).noneMatch(ring -> ring.newestMs() >= oldest)) {
                    forget(tenant);
                }
            });
        }
    }

    /** What is known of the messages called {@code msgId}, in the order it happened. */
    public List<Step> of(String tenant, String msgId) {
        return entries(tenant, msgId).stream()
                .flatMap(entry -> entry.steps().stream())
                .sorted(Step::byTime)
                .toList();
    }

    /** Where the newest message called {@code msgId} went, in a few words; empty when that is not known. */
    public String reach(String tenant, String msgId) {
        return entries(tenant, msgId).stream()
                .filter(entry -> !entry.reach().isEmpty())
                .max(Comparator.comparingLong(Entry::atMs))
                .map(Entry::reach)
                .orElse("");
    }

    private List<Entry> entries(String tenant, String msgId) {
        List<Entry> found = new ArrayList<>();
        long oldest = clock.millis() - RETENTION.toMillis();
        for (Ring ring : rings.getOrDefault(tenant, NONE)) {
            AtomicReferenceArray<Entry> entries = ring.entries;
            long next = ring.next.get();
            for (long i = Math.max(0, next - entries.length()); i < next; i++) {
                Entry entry = entries.get((int) (i % entries.length()));
                if (entry != null && entry.msgId().equals(msgId) && entry.atMs() >= oldest) {
                    found.add(entry);
                }
            }
        }
        return found;
    }

    /** Forgets a tenant. */
    public void forget(String tenant) {
        for (Ring ring : Objects.requireNonNullElse(rings.remove(tenant), NONE)) {
            spare.addAndGet(ring.beyondFirst(first()));
        }
    }
}
