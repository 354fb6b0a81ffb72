/**
 * What one connection of a durable tenant was given of its conversations: owns their order while what a device missed
 * is pushed to it, and how much its socket took. Knows neither sockets nor stores.
 *
 * <p>Threads: used by every thread that delivers to the session, by its writer, by a {@code catch-up} thread, and by
 * the one that notes what devices were given; all of it is safe.
 */
@NullMarked
package io.mics.session.stored;

import org.jspecify.annotations.NullMarked;
