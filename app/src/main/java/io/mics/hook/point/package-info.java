/**
 * The points where hooks join the message path and the life of a connection: which hooks there are, which of them a
 * message or a connection meets and in which order, what protects each (deadline, permits, rate, breaker), what state
 * each is in, and what is recorded of its calls. Never knows how a hook is reached (the transports implement
 * {@link HookClient}) and never decides where a message goes. Pre-send hooks run on the sender's thread, entry and
 * login hooks on the connection's; it blocks until they answered or ran out of time. Heartbeat hooks run on threads of
 * their own.
 */
@NullMarked
package io.mics.hook.point;

import org.jspecify.annotations.NullMarked;
