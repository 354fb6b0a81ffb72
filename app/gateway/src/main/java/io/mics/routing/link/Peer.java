package io.mics.routing.link;

/**
 * One start of one node, as the others reach it.
 *
 * @param node     the node's configured name
 * @param epoch    of this start, unique in the cluster; a later start of any node has a larger one
 * @param endpoint {@code host:port} of its node link
 */
public record Peer(String node, long epoch, String endpoint) {}
