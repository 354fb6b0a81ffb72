package io.mics.hook.dispatch;

/** What became of a task that was submitted. */
public enum Submission {
    /** It is taken over; a callback says when it is done or safe. */
    ACCEPTED,
    /** There is no room now; the caller keeps it and submits it again. */
    NO_ROOM
}
