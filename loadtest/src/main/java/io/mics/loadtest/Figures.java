package io.mics.loadtest;

import java.util.Locale;

/** The figures of one run, one {@code name value} per line, printed as soon as they are known. */
final class Figures {
    void add(String name, double value) {
        System.out.printf(Locale.ROOT, value >= 1000 ? "%s %.0f%n" : "%s %.3f%n", name, value);
    }

    void add(String name, long value) {
        System.out.println(name + " " + value);
    }
}
