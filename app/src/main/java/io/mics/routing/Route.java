package io.mics.routing;

/**
 * Where one device is connected.
 *
 * @param node         the node and its start
 * @param connection   unique among the connections of that start
 * @param sinceMillis  when it connected, by that node's clock; shown, never compared
 */
public record Route(String tenant, String user, String device, Peer node, long connection, long sinceMillis) {}
