/**
 * What happens to a durable message between the log and devices: reading the log, storing in batches, distributing in
 * order, and publishing that it was stored. Owns the order of these steps and their retries; never knows SQL, a socket
 * or an encoding. Its threads are virtual ones of its own: one for each partition of the log and one for each queue of
 * conversations that has something to distribute.
 */
@NullMarked
package io.mics.pipeline;

import org.jspecify.annotations.NullMarked;
