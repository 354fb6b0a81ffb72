package io.mics.sdk.plugin;

/**
 * Somebody connects, and nobody knows yet who it is.
 *
 * @param address  where from: the IP address of the other end of the socket
 * @param deviceId the device as the client calls it
 */
public record EntryEvent(String address, String deviceId) {}
