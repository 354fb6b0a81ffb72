/**
 * What threads and limits are made of: structured concurrency ({@code TaskScope}, {@code Subtask}, {@code Deadline});
 * limits ({@code LiveSemaphore}, {@code TokenBucket}, {@code ByteShares}, {@code HeapShare}) and what protects an
 * outgoing call ({@code CircuitBreaker}, {@code CallGuard}); sharing the processors among tenants ({@code Turns},
 * {@code DutyCycle}, {@code NodeLoad}, and {@code PendingWrites}, which starts connections' writers together); and
 * threads whose failure ends the process ({@code VitalThreads}, {@code CheckedTasks}, {@code FatalErrors}). A tenant
 * is a key here and a writer a {@code Runnable}: never knows what either is, and does no I/O. A scope belongs to the
 * thread that opened it and runs its children on virtual threads; the rest is safe on any thread.
 */
@NullMarked
package io.mics.concurrent;

import org.jspecify.annotations.NullMarked;
