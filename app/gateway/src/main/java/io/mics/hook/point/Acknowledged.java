package io.mics.hook.point;

/** The answer to a notification: it was taken. */
public enum Acknowledged {
    ACKNOWLEDGED
}
