package io.mics.hook;

/** Whether a message may be sent. */
public sealed interface CheckVerdict {
    record Allowed() implements CheckVerdict {}

    /** The hook's own reason, or the ack reason for a hook that gave no answer and whose tenant wants that to deny. */
    record Denied(String reason) implements CheckVerdict {}

    /** There was no answer, and the tenant wants that to allow. */
    record Degraded(String cause) implements CheckVerdict {}
}
