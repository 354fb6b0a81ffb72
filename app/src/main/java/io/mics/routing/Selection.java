package io.mics.routing;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;

/** Some of a list's elements, as numbers: four bytes for each, whatever it is. */
final class Selection extends AbstractList<String> implements RandomAccess {
    private static final int[] NONE = {};

    private final List<String> of;
    private int[] selected = NONE;
    private int size;

    /** Nothing of {@code of} yet, which must not change. */
    Selection(List<String> of) {
        this.of = of;
    }

    /** Adds the element with this number. */
    void select(int number) {
        if (size == selected.length) {
            selected = Arrays.copyOf(selected, Math.max(4, size * 2));
        }
        selected[size++] = number;
    }

    /** Takes back what was selected after the first {@code left}; returns the numbers. */
    int[] cut(int left) {
        int[] cut = Arrays.copyOfRange(selected, left, size);
        size = left;
        return cut;
    }

    @Override
    public String get(int index) {
        return of.get(selected[index]);
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
