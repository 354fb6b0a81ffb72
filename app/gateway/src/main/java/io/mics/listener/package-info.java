/**
 * The ports: accepting sockets, what a socket may hold and for how long, what a request head must look like before the
 * server library reads it, and whose address a client has. Knows no WebSocket and no session. An accept loop is a
 * platform thread per port; each socket has one virtual thread.
 */
@NullMarked
package io.mics.listener;

import org.jspecify.annotations.NullMarked;
