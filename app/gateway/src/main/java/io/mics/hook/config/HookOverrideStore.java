package io.mics.hook.config;

import java.util.Map;

/**
 * Stores what tenants have otherwise than the file, for every node that shares it: one text for each tenant.
 */
public interface HookOverrideStore {
    /** What came of reading. */
    sealed interface Reading {
        /** The texts by tenant. */
        record Found(Map<String, String> texts) implements Reading {}

        /** The store does not answer. */
        record Unavailable(String cause) implements Reading {}
    }

    /** What came of a change. */
    enum Change {
        DONE,
        /** Somebody else was quicker; nothing was changed. */
        OUTDATED,
        /** The store does not answer; it may have been done all the same. */
        UNAVAILABLE
    }

    /** Everything stored. */
    Reading read();

    /** Replaces the text of {@code tenant} if it is still {@code before}; an empty text is none. */
    Change replace(String tenant, String before, String after);

    /** Runs {@code changed} after every change, by whichever node, and whenever one may have been missed. */
    void follow(Runnable changed);
}
