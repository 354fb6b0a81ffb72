/**
 * What durable messages are appended to before they are acknowledged, where that is Kafka: batches of each tenant, one
 * at a time, with what became of every message; and messages as records. Owns the order of appends, retries and
 * time-outs; never reads the log.
 *
 * <p>Threads: {@code append-{tenant}}, a virtual one while the tenant's messages wait.
 */
@NullMarked
package io.mics.pipeline.log;

import org.jspecify.annotations.NullMarked;
