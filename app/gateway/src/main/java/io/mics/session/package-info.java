/**
 * One connected device: admission, inbound activity, the bounded outbound queue, its timers, the backlog handed out
 * when it connects, events of its presence, and the registry of all sessions of this node. Never touches a socket
 * (that is {@link io.mics.session.Connection}, implemented by the edge) and never decides what happens to a message.
 * Sessions are used by their reader's virtual thread, by every thread that delivers to them, by a {@code backlog}
 * virtual thread for each hand-out, and by the wheel ({@code timer}); all of it is safe.
 */
@NullMarked
package io.mics.session;

import org.jspecify.annotations.NullMarked;
