package io.mics.message;

import io.mics.hook.SendDecision;
import io.mics.protocol.Delivery;

/**
 * A message after it was tried.
 *
 * @param outcome        what became of it
 * @param delivery       the message as it went, changed by hooks or not
 * @param featureVersion the hooks it passed, {@code name=version} each; empty when there were none
 */
record Attempted(Outcome outcome, Delivery delivery, String featureVersion) {
    /** A message that no hook changed. */
    Attempted(Outcome outcome, Delivery delivery) {
        this(outcome, delivery, "");
    }

    /** A message that may not be sent. */
    static Attempted denied(SendDecision.Denied denied, Delivery delivery) {
        return new Attempted(new Outcome.Rejected(denied.code(), denied.reason()), delivery);
    }
}
