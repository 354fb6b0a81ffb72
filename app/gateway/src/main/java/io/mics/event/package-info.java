/**
 * What happened, per tenant, in order: the port every event is published to, its in-process adapter, and the bounded
 * queues, meters and wire form that adapters to a real log are made of. Publishing runs on the message path: it never
 * blocks, and an event is never changed.
 */
@NullMarked
package io.mics.event;

import org.jspecify.annotations.NullMarked;
