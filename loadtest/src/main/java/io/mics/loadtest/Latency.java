package io.mics.loadtest;

import java.util.Arrays;

/** A histogram of nanoseconds with 64 steps per power of two: a percentile is exact to 1.6 %. */
final class Latency {
    private static final int STEPS = 64;

    private final long[] counts = new long[STEPS * 64];
    private long total;

    void record(long nanos) {
        counts[index(Math.max(nanos, STEPS))]++;
        total++;
    }

    private static int index(long value) {
        int shift = 57 - Long.numberOfLeadingZeros(value);
        return shift * STEPS + (int) (value >>> shift);
    }

    /** The value in microseconds that the given share of all values does not exceed; 0 when there are none. */
    double micros(double share) {
        long rank = (long) Math.ceil(total * share);
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= rank && seen > 0) {
                int shift = Math.max(0, i / STEPS - 1);
                long upper = (long) (i - shift * STEPS + 1) << shift;
                return upper / 1000.0;
            }
        }
        return 0;
    }

    void reset() {
        Arrays.fill(counts, 0);
        total = 0;
    }
}
