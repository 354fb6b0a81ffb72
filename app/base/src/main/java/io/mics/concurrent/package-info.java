/**
 * What threads and limits are made of: structured concurrency ({@code TaskScope}, {@code Subtask}, {@code Deadline});
 * limits ({@code ResizableSemaphore}, {@code TokenBucket}, {@code SharedByteBudget}, {@code HeapShare}) and what
 * protects an outgoing call ({@code CircuitBreaker}, {@code CallGuard}); sharing the processors among tenants
 * ({@code FairScheduler}, {@code DutyCycle}, {@code NodeLoad}, and {@code PendingWrites}, which starts connections'
 * writers together); and threads whose failure ends the process ({@code CriticalThreads},
 * {@code ErrorReportingExecutor}, {@code FatalErrors}). A tenant is a key here and a writer a {@code Runnable}: never
 * knows what either is, and does no I/O. A scope belongs to the thread that opened it and runs its children on virtual
 * threads; the rest is safe on any thread.
 */
@NullMarked
package io.mics.concurrent;

import org.jspecify.annotations.NullMarked;
