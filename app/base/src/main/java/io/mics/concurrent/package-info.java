/**
 * Structured concurrency and limits on virtual threads: {@code TaskScope}, {@code Deadline}, {@code LiveSemaphore},
 * {@code TokenBucket}, {@code Turns}, {@code ByteShares}, {@code CircuitBreaker}, and {@code CallGuard}, which protects
 * every outgoing call.
 * Knows nothing of messages, tenants or connections and does no I/O of its own. A scope belongs to the thread that
 * opened it and runs its children on virtual threads; the rest is safe on any thread.
 */
@NullMarked
package io.mics.concurrent;

import org.jspecify.annotations.NullMarked;
