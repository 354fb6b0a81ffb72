package io.mics.routing.delivery;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * Some of a list's elements, in its order, each once: one bit for each of the list. Not for several threads at one
 * time.
 */
final class Selection extends AbstractList<String> implements RandomAccess {
    private static final int WORDS_AT_ONCE = 16;

    private final List<String> of;
    private final long[] words;
    private int size;
    /** How many are selected before each run of words; null when that has changed. */
    private int @Nullable [] before;

    /** Nothing of {@code of} yet, which must not change. */
    Selection(List<String> of) {
        this.of = of;
        this.words = new long[(of.size() + Long.SIZE - 1) / Long.SIZE];
    }

    /** Adds the element with this number. */
    void select(int number) {
        long bit = 1L << number;
        if ((words[number / Long.SIZE] & bit) == 0) {
            words[number / Long.SIZE] |= bit;
            size++;
            before = null;
        }
    }

    /** Takes back what was selected from the element with this number on; returns the numbers. */
    int[] cutFrom(int first) {
        int from = first / Long.SIZE;
        long keep = (1L << first) - 1;
        int many = 0;
        for (int word = from; word < words.length; word++) {
            many += Long.bitCount(words[word] & (word == from ? ~keep : -1));
        }
        int[] cut = new int[many];
        int count = 0;
        for (int word = from; word < words.length; word++) {
            for (long left = words[word] & ~keep; left != 0; left &= left - 1) {
                cut[count++] = word * Long.SIZE + Long.numberOfTrailingZeros(left);
            }
            words[word] &= keep;
            keep = 0;
        }
        size -= many;
        before = null;
        return cut;
    }

    private int[] counted() {
        int[] counts = before;
        if (counts == null) {
            counts = new int[words.length / WORDS_AT_ONCE + 1];
            int count = 0;
            for (int word = 0; word < words.length; word++) {
                if (word % WORDS_AT_ONCE == 0) {
                    counts[word / WORDS_AT_ONCE] = count;
                }
                count += Long.bitCount(words[word]);
            }
            before = counts;
        }
        return counts;
    }

    @Override
    public String get(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException(index);
        }
        int[] counts = counted();
        int runs = (words.length + WORDS_AT_ONCE - 1) / WORDS_AT_ONCE;
        int run = Arrays.binarySearch(counts, 0, runs, index);
        if (run < 0) {
            run = -run - 2;
        } else {
            // of runs with the same count, all but the last are empty
            while (run + 1 < runs && counts[run + 1] == index) {
                run++;
            }
        }
        int left = index - counts[run];
        int word = run * WORDS_AT_ONCE;
        for (int here = Long.bitCount(words[word]); left >= here; here = Long.bitCount(words[word])) {
            left -= here;
            word++;
        }
        long bits = words[word];
        for (; left > 0; left--) {
            bits &= bits - 1;
        }
        return of.get(word * Long.SIZE + Long.numberOfTrailingZeros(bits));
    }

    @Override
    public int size() {
        return size;
    }

    /** One list after another. */
    static final class Joined extends AbstractList<String> implements RandomAccess {
        private final List<String> first;
        private final List<String> second;

        Joined(List<String> first, List<String> second) {
            this.first = first;
            this.second = second;
        }

        @Override
        public String get(int index) {
            int behind = index - first.size();
            return behind < 0 ? first.get(index) : second.get(behind);
        }

        @Override
        public int size() {
            return first.size() + second.size();
        }
    }
}
