/**
 * The links between the nodes of a cluster: one gRPC stream per pair of nodes and direction, opened by the node that
 * calls. Owns the ports to other nodes ({@link io.mics.routing.link.NodeLinks} to call them,
 * {@link io.mics.routing.link.PeerRequests} to answer them), batching, deadlines, retries, heartbeats, back-pressure
 * and the responses to repeated calls; never knows what a call means, and never delivers anything itself.
 *
 * <p>Threads: callers block on virtual threads of their own until an answer or the deadline; a {@code link-reconnector}
 * virtual thread per peer opens its stream and watches its heartbeats; a {@code link-writer} virtual thread exists only
 * while calls wait to be written; {@code mics-links} platform threads run the client's event loops and never block. On
 * the server's side Helidon's stream thread handles calls in their order, those that may block get a {@code link-call}
 * virtual thread each, and {@code link-watch} ends links that fell silent.
 */
@NullMarked
package io.mics.routing.link;

import org.jspecify.annotations.NullMarked;
