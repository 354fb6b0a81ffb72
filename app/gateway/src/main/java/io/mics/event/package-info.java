/**
 * What happened, per tenant, in order: the port every event is published to ({@code EventLog}), the adapter that
 * discards them where there is no Kafka, and the bounded queues, meters and wire form that adapters to a real log are
 * made of; and the port to what was not delivered, {@code DeadLetters}. Never changes an event. Publishing runs on the
 * message path and never blocks; calls of {@code DeadLetters} block for seconds and are an operator's.
 */
@NullMarked
package io.mics.event;

import org.jspecify.annotations.NullMarked;
