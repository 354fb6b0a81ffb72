package io.mics.store;

import java.util.OptionalInt;

/** The part of message ids that no other running node has: a number of 10 bits. Asked for every batch. */
@FunctionalInterface
public interface NodePart {
    int MOST = 1_023;

    /** The number, 0 to {@link #MOST}; empty while this node has none, so that it makes no ids. */
    OptionalInt number();

    /** Always the same number: for the only node of an installation. */
    static NodePart fixed(int number) {
        if (number < 0 || number > MOST) {
            throw new IllegalArgumentException("no number of 10 bits");
        }
        OptionalInt always = OptionalInt.of(number);
        return () -> always;
    }
}
