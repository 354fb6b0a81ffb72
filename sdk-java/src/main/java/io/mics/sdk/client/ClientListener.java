package io.mics.sdk.client;

/**
 * What a client tells its owner. Calls come one at a time, in order, on a thread of the client's own. A slow listener
 * makes the client read slower, up to the gateway closing it as too slow. An exception is logged and goes no further.
 */
public interface ClientListener {

    /** A message arrived. After a reconnect the same message may arrive twice. */
    void onMessage(Incoming message);

    /** A message arrived whose body this client's key does not open; the body is as it came. */
    default void onUnreadable(Incoming message, String reason) {}

    /** The client moved to another state. */
    default void onState(ConnectionState state) {}

    /** The gateway could not take a frame: 4400 invalid protobuf, 4401 too large. The connection stays open. */
    default void onError(int code, String message) {}
}
