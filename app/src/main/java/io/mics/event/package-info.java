/**
 * What happened, per tenant, in order: the port every event is published to, and its in-process adapter. Never blocks
 * the message path and never changes an event.
 */
@NullMarked
package io.mics.event;

import org.jspecify.annotations.NullMarked;
