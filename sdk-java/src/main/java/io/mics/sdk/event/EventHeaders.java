package io.mics.sdk.event;

/** The names of the record headers an event travels with. Their values are UTF-8 text. */
public final class EventHeaders {
    /** The event's identity, {@code {node}-{epoch}-{counter}}; kept through retry, dead letter and replay. */
    public static final String EVENT_ID = "mics-event-id";

    /** On connect events, the session that began or ended: {@code {node}-{epoch}-{number}}. */
    public static final String SESSION_ID = "mics-session-id";

    /** The W3C trace context of what caused the event. */
    public static final String TRACEPARENT = "traceparent";

    /** The version of the gateway's features that made the event; optional. */
    public static final String FEATURE_VERSION = "feature_version";

    private EventHeaders() {}
}
