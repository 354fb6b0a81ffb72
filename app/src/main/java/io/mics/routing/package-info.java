/**
 * Where everyone is, and how a message gets there. On one node everyone is here: {@link io.mics.routing.LocalDelivery}
 * is the port the sessions implement. Never knows what a message means; group fan-out runs on the sender's virtual
 * thread.
 */
@NullMarked
package io.mics.routing;

import org.jspecify.annotations.NullMarked;
