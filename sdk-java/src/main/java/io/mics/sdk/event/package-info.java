/**
 * What happened at the gateway, read from Kafka by a tenant's backend: decoded, verified, at least once. Only classes
 * named {@code Kafka*} need the Kafka client on the class path. Everything runs on one thread owned by the consumer.
 */
@NullMarked
package io.mics.sdk.event;

import org.jspecify.annotations.NullMarked;
