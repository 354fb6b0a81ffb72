package io.mics.hook.point;

import java.util.Locale;

/** Where a hook joins the message path. */
public enum HookPoint {
    /** Before a message is accepted, in the sender's thread. */
    PRE_SEND,
    /** After a message was stored or delivered, from the event stream. */
    POST_SEND,
    /** When somebody has got a message, from the event stream. */
    DELIVERY,
    /** When a message is taken back: permission in the operator's thread, notice from the event stream. */
    RECALL;

    private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** Its name in {@code hooks.yaml}, in metrics and in logs. */
    public String label() {
        return label;
    }
}
