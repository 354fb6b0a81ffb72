package io.mics.hook.point;

import java.util.Locale;

/** Where a hook joins the path of a message, or the life of a connection. */
public enum HookPoint {
    /** Before a message is accepted, in the sender's thread. */
    PRE_SEND,
    /** After a message was stored or delivered, from the event stream. */
    POST_SEND,
    /** When somebody has got a message, from the event stream. */
    DELIVERY,
    /** When a message is taken back: permission in the operator's thread, notice from the event stream. */
    RECALL,
    /** When somebody connects, before the tenant's backend is asked who it is, in the connection's thread. */
    ENTRY,
    /** When the backend has said who it is, before there is a session, in the connection's thread. */
    LOGIN,
    /** At a share of the heartbeats, in threads of their own. */
    HEARTBEAT;

    private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** Whether it is about a message, which has a conversation and a type. */
    public boolean isOfMessages() {
        return switch (this) {
            case PRE_SEND, POST_SEND, DELIVERY, RECALL -> true;
            case ENTRY, LOGIN, HEARTBEAT -> false;
        };
    }

    /** Its name in {@code hooks.yaml}, in metrics and in logs. */
    public String label() {
        return label;
    }
}
