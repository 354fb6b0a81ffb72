/**
 * Events to Kafka: a topic per tenant, shared producers, one worker per tenant that has something to send. A worker
 * waits for brokers on its own virtual thread, so that no tenant waits for another's topic; what cannot be delivered is
 * dead-lettered or counted, never dropped silently. Classes named {@code Kafka*} alone know the client library.
 */
@NullMarked
package io.mics.event.kafka;

import org.jspecify.annotations.NullMarked;
