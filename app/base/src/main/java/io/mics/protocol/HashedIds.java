package io.mics.protocol;

/** A list of ids that knows the {@linkplain String#hashCode() hash codes} of their strings without making those. */
public interface HashedIds {
    /** Writes the hash codes of the ids {@code from} to {@code to} - 1 to the begin of {@code into}. */
    void hashCodes(int from, int to, int[] into);
}
