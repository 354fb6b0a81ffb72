/**
 * The points where hooks join the path of a message and the life of a connection: what is asked at each, what comes
 * back, and the client that every transport implements. Never knows which hooks there are, how each is reached, or
 * what protects it. A call runs on its caller's thread, which blocks until the answer or the deadline.
 */
@NullMarked
package io.mics.hook.point;

import org.jspecify.annotations.NullMarked;
