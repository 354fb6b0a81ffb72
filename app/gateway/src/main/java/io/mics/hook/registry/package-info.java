/**
 * The hooks at work: which there are, which of them a message or a connection meets and in which order, what their
 * answers come to, and who is notified. Never knows how a hook is reached (the transports implement
 * {@link io.mics.hook.point.HookClient}) and never decides where a message goes. Pre-send hooks run on the sender's
 * thread, entry and login hooks on the connection's {@code session-opener}, which block until they answered or ran out
 * of time. Heartbeats and ends of sessions have a virtual thread for each call, and hooks taken out of the
 * configuration are closed on {@code hook-close}.
 */
@NullMarked
package io.mics.hook.registry;

import org.jspecify.annotations.NullMarked;
