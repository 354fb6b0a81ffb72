package io.mics.hook.point;

import io.mics.sdk.plugin.DeliveryHook;
import io.mics.sdk.plugin.EntryHook;
import io.mics.sdk.plugin.HeartbeatHook;
import io.mics.sdk.plugin.LoginHook;
import io.mics.sdk.plugin.LogoutHook;
import io.mics.sdk.plugin.PostSendHook;
import io.mics.sdk.plugin.PreSendHook;
import io.mics.sdk.plugin.RecallHook;
import java.util.Locale;

/**
 * Where a hook joins the path of a message, or the life of a connection. What is asked at a point, and what comes back,
 * is one class, its {@link HookRequest}.
 */
public enum HookPoint {
    /** Before a message is accepted, in the sender's thread. */
    PRE_SEND(About.MESSAGE, PreSendHook.class),
    /** After a message was stored or delivered, from the event stream. */
    POST_SEND(About.MESSAGE, PostSendHook.class),
    /** When somebody has got a message, from the event stream. */
    DELIVERY(About.MESSAGE, DeliveryHook.class),
    /** When a message is taken back: permission in the operator's thread, notification from the event stream. */
    RECALL(About.MESSAGE, RecallHook.class),
    /** When somebody connects, before the tenant's backend is asked who it is, in the connection's thread. */
    ENTRY(About.CONNECTION, EntryHook.class),
    /** When the backend has said who it is, before there is a session, in the connection's thread. */
    LOGIN(About.CONNECTION, LoginHook.class),
    /** At a share of the heartbeats, in threads of their own. */
    HEARTBEAT(About.CONNECTION, HeartbeatHook.class),
    /** When a session has ended, in threads of their own. */
    LOGOUT(About.CONNECTION, LogoutHook.class);

    private enum About {
        MESSAGE,
        CONNECTION
    }

    private final About about;
    private final Class<?> pluginType;
    private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

    HookPoint(About about, Class<?> pluginType) {
        this.about = about;
        this.pluginType = pluginType;
    }

    /** Whether it is about a message, which has a conversation and a type. */
    public boolean isOfMessages() {
        return about == About.MESSAGE;
    }

    /** What a plugin at this point implements. */
    public Class<?> pluginType() {
        return pluginType;
    }

    /** Its name in {@code hooks.yaml}, in metrics and in logs. */
    public String label() {
        return label;
    }
}
