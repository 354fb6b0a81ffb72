package io.mics.hook;

/** Whether a message may be sent. */
public sealed interface CheckVerdict {
    /** The backend allows it, or there is none to ask. */
    record Allowed() implements CheckVerdict {}

    /** It may not; the reason goes into the ack unchanged. */
    record Denied(String reason) implements CheckVerdict {}

    /** The backend gave no verdict and the tenant's policy is to allow. */
    record Degraded(CallResult cause) implements CheckVerdict {}
}
