package io.mics.message;

import io.mics.protocol.Delivery;

/**
 * A message after it was tried.
 *
 * @param outcome        what became of it
 * @param delivery       the message as it went, changed by hooks or not
 * @param featureVersion the hooks it passed, {@code name=version} each; empty when there were none
 */
record Attempted(Outcome outcome, Delivery delivery, String featureVersion) {
    /** A message that no hook had a say in. */
    Attempted(Outcome outcome, Delivery delivery) {
        this(outcome, delivery, "");
    }

    /** A message the hooks let go. */
    Attempted(Outcome outcome, PreSend.Verdict.Go go) {
        this(outcome, go.delivery(), go.featureVersion());
    }
}
