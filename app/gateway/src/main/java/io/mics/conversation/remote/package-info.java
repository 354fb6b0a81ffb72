/**
 * Stored conversations of a node that opens no store: asked of a node with the role {@code pipeline}, over the port of
 * the node links. Owns the questions' shape on the wire, who is asked, deadlines and what is tried again; never stores
 * or remembers anything.
 *
 * <p>Threads: callers block on virtual threads of their own until an answer or the deadline; on the other side
 * Helidon's stream thread asks the store, 128 at one time.
 */
@NullMarked
package io.mics.conversation.remote;

import org.jspecify.annotations.NullMarked;
