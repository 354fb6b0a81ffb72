package io.mics.routing.directory;

/** One device of one user of one tenant. */
public record DeviceKey(String tenant, String user, String device) {}
