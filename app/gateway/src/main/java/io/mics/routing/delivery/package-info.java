/**
 * How a message gets to the devices of its recipients: those of this node
 * ({@link io.mics.routing.delivery.LocalDelivery}, the port that the sessions implement), those of other nodes, and
 * those on a node that does not answer now, for which it is queued and retried in order. Never knows what a message
 * means, and keeps nothing for absent users. Fan-out runs on the sender's virtual thread and, where several nodes get
 * a batch, on its {@code links} children; redelivery on {@code redelivery} threads that exist only while something
 * waits.
 */
@NullMarked
package io.mics.routing.delivery;

import org.jspecify.annotations.NullMarked;
