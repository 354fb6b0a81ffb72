/**
 * The WebSocket edge: handshake, RFC 6455 frames, one reader and at most one writer per socket. Only translates; what
 * a frame means is decided in {@code session} and {@code message}. The socket's virtual thread reads a connection;
 * {@code session-opener} asks who it is until there is a session, or none; {@code connection-writer} exists only while
 * there is something to write, and {@code connection-close} while a socket is torn down.
 */
@NullMarked
package io.mics.ws;

import org.jspecify.annotations.NullMarked;
