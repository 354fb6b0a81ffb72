package io.mics.sdk.hook.conformance;

import java.io.IOException;

/**
 * One thing a hook must stand.
 *
 * @param claim what is so when it passes
 * @param check tries it
 */
record Case(String claim, Check check) {
    /** Tries something. */
    interface Check {
        Finding run() throws IOException, InterruptedException;
    }

    /** Tries it; no connection, or a broken one, is a failure too. */
    Finding run() throws InterruptedException {
        try {
            return check.run();
        } catch (IOException e) {
            return new Finding.Failed("no answer: " + e);
        }
    }
}
