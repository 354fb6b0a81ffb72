/**
 * What happens to a durable message between the log and devices: reading the log, storing in batches, distributing in
 * order, and publishing that it was stored. Owns the order of these steps and their retries, the encoding of the
 * log's records and tasks, and, in the {@code Kafka*} classes, topics and groups; never knows SQL or a socket. Its
 * threads are virtual ones that exist while there is something to do: {@code append-{tenant}} for what waits to be
 * appended, {@code store-{topic}-{number}} for each partition of the log, {@code distribution-{tenant}} for each queue
 * of conversations, and {@code fanout-{name}} for each queue of large groups' tasks. It is also called on the poll
 * threads of consumer groups, on the writers' threads of {@code io.mics.kafka}, and on the timing wheel.
 */
@NullMarked
package io.mics.pipeline;

import org.jspecify.annotations.NullMarked;
