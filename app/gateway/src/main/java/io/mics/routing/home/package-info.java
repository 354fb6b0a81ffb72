/**
 * A user's home is the one member of the cluster that buffers what is sent to the user while away: rendezvous hashing
 * over the members assigns it, so every node names the same one. Owns storing a message at its home on another node,
 * handing it out from there under a lease, announcing what is buffered to a user's devices, and moving it when the
 * members change. Never holds a message itself: the buffer is {@code offline}'s. Runs on its callers' threads, on
 * {@code backlog-announcer} threads that exist only while somebody is looked up, and on {@code cluster-sweep}, whose
 * {@code moves} children move users.
 */
@NullMarked
package io.mics.routing.home;

import org.jspecify.annotations.NullMarked;
