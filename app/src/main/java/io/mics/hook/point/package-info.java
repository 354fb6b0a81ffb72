/**
 * The points where hooks join the message path: which hooks there are, which of them a message meets and in which
 * order, what protects each (deadline, permits, rate, breaker), what state each is in, and what is recorded of its
 * calls. Never knows how a hook is reached (the transports implement {@link HookClient}) and never decides where a
 * message goes. Pre-send hooks run on the sender's thread, which blocks until they answered or ran out of time.
 */
@NullMarked
package io.mics.hook.point;

import org.jspecify.annotations.NullMarked;
