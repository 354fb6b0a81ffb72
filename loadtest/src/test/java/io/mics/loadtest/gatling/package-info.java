/**
 * The Gatling simulations: users of the playground that connect, heartbeat and chat. Every frame is counted as it
 * arrives; a run whose counts do not agree has failed, however fast it was.
 */
@NullMarked
package io.mics.loadtest.gatling;

import org.jspecify.annotations.NullMarked;
