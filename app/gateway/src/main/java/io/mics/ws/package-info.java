/**
 * The WebSocket edge: handshake, RFC 6455 frames, one reader and at most one writer per socket. Only translates; what a
 * frame means is decided in {@code session} and {@code message}. One virtual thread reads a connection; a writer's
 * virtual thread exists only while there is something to write.
 */
@NullMarked
package io.mics.ws;

import org.jspecify.annotations.NullMarked;
