package io.mics.sdk.client;

import java.time.Duration;

/** Where a client is between its first connection and its last. */
public sealed interface ConnectionState {

    /** Not asked to connect yet, or the first attempt failed and may be repeated. */
    record Idle() implements ConnectionState {}

    /** An attempt is being made. */
    record Connecting() implements ConnectionState {}

    /** The gateway accepted this client under this name; {@code traceId} finds the connection in the gateway's logs. */
    record Connected(String userId, String deviceId, String nodeId, String traceId) implements ConnectionState {}

    /** The next attempt comes after the delay; the cause is the close code and reason that ended the last one. */
    record Reconnecting(Duration delay, String cause) implements ConnectionState {}

    /** Over for good: no further attempt will be made. */
    record Closed(int code, String reason) implements ConnectionState {}
}
