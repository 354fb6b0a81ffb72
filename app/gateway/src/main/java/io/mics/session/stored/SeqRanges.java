package io.mics.session.stored;

import java.util.ArrayList;
import java.util.List;

/** Sequence numbers as ranges apart, in order; of too many the highest are left out. Guarded by its owner. */
final class SeqRanges {
    private static final int MOST = 16;

    private final List<Range> ranges = new ArrayList<>(1);

    /** All of {@code from} to {@code to}. */
    record Range(long from, long to) {}

    void add(long from, long to) {
        int at = 0;
        while (at < ranges.size() && ranges.get(at).to() < from - 1) {
            at++;
        }
        long low = from;
        long high = to;
        while (at < ranges.size() && ranges.get(at).from() <= high + 1) {
            Range joined = ranges.remove(at);
            low = Math.min(low, joined.from());
            high = Math.max(high, joined.to());
        }
        ranges.add(at, new Range(low, high));
        if (ranges.size() > MOST) {
            ranges.removeLast();
        }
    }

    List<Range> take() {
        List<Range> all = List.copyOf(ranges);
        ranges.clear();
        return all;
    }
}
