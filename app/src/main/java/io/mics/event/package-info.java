/**
 * What happened, per tenant, in order: the port every event is published to, its in-process adapter, and the bounded
 * queues, meters and wire form that adapters to a real log are made of. Publishing runs on the message path: never blocks
 * it and never changes an event.
 */
@NullMarked
package io.mics.event;

import org.jspecify.annotations.NullMarked;
