/**
 * What devices missed that never ask for it: pushed when they return, oldest first, and noted up to where they were
 * given it. Owns the order of what is pushed, whose turn it is, and when it is written down; the store is asked by
 * {@link io.mics.conversation.Conversations}, and the connection holds back what is live.
 *
 * <p>Threads: {@code catch-up}, at most 16 of a node and 8 of a tenant, block for the store and for room in a queue;
 * {@code device-cursors} writes what was given every 5 seconds and when connections end.
 */
@NullMarked
package io.mics.conversation.catchup;

import org.jspecify.annotations.NullMarked;
