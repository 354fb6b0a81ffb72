/**
 * Which node buffers messages for an absent user, their home node: storing at homes on other nodes, draining them from
 * there under a lease, announcing them to a user's devices, and moving them when the members change. Never holds a
 * message itself: the buffer is {@code offline}'s. Runs on its callers' threads, on {@code backlog-announcer} threads
 * that exist only while somebody is looked up, and on the cluster's sweep.
 */
@NullMarked
package io.mics.routing.home;

import org.jspecify.annotations.NullMarked;
