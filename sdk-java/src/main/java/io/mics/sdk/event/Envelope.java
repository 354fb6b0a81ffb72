package io.mics.sdk.event;

/**
 * What every event carries. Text is empty where nothing was given.
 *
 * @param identity the same for every copy of this event, see {@link EventHeaders#EVENT_ID}; store it with what you make
 *     of the event, and a copy is recognised. Without the header it is the record's {@link Position} as text, which
 *     recognises a record read twice, but not an event published twice
 * @param position where this copy was read
 * @param tenantId the tenant, as signed; also the one the topic belongs to
 * @param userId who connected or sent; the record's key, so one user's events are in order
 * @param deviceId with which device
 * @param msgId the message's id, unique within one connection of its sender only
 * @param timestampMs when it happened, in milliseconds since 1970-01-01 UTC
 * @param nodeId the node of the gateway that saw it
 * @param traceId 32 lower-case hex digits, as in the gateway's logs
 * @param traceparent the header {@link EventHeaders#TRACEPARENT}
 * @param featureVersion the header {@link EventHeaders#FEATURE_VERSION}
 * @param sessionId the header {@link EventHeaders#SESSION_ID}, which only connect events have; see {@link PresenceFold}
 */
public record Envelope(
        String identity,
        Position position,
        String tenantId,
        String userId,
        String deviceId,
        String msgId,
        long timestampMs,
        String nodeId,
        String traceId,
        String traceparent,
        String featureVersion,
        String sessionId) {}
