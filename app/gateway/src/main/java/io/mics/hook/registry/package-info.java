/**
 * The hooks at work: which there are, which of them a message or a connection meets and in which order, what their
 * answers come to, and who is notified. Never knows how a hook is reached (the transports implement {@link
 * io.mics.hook.point.HookClient}) and never decides where a message goes. Pre-send hooks run on the sender's thread,
 * entry and login hooks on the connection's; it blocks until they answered or ran out of time. Hooks that are only
 * notified run on threads of their own.
 */
@NullMarked
package io.mics.hook.registry;

import org.jspecify.annotations.NullMarked;
