package io.mics.sdk.plugin;

/**
 * A user was recognised and is about to be let in.
 *
 * @param address  where from: the IP address of the other end of the socket
 * @param userId   who it is
 * @param deviceId the device as the tenant calls it
 */
public record LoginEvent(String address, String userId, String deviceId) {}
