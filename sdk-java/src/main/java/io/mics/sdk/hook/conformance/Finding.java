package io.mics.sdk.hook.conformance;

/** What came of one case. */
public sealed interface Finding {
    /** As it should be. */
    record Passed() implements Finding {}

    /** Allowed, but better otherwise. */
    record Noted(String why) implements Finding {}

    /** Not as the gateway needs it. */
    record Failed(String why) implements Finding {}

    Finding PASSED = new Passed();

    /** Passed where {@code good}, else failed. */
    static Finding of(boolean good, String why) {
        return good ? PASSED : new Failed(why);
    }
}
