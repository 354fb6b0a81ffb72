/**
 * The write-ahead log in front of Kafka: messages are written there while Kafka is away, or before it, and are brought
 * to Kafka in order. Owns the decision where a message is appended, the port
 * {@link io.mics.pipeline.wal.WriteAheadLog} with its Redis, and draining; never acknowledges what rests on a Redis
 * that may lose it.
 *
 * <p>Threads: {@code wal-watch}, which looks for what is to be drained, and {@code wal-drain-{tenant}} while there is
 * something; both virtual.
 */
@NullMarked
package io.mics.pipeline.wal;

import org.jspecify.annotations.NullMarked;
