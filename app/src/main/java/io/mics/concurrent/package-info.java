/**
 * Structured concurrency and limits on virtual threads: {@code TaskScope}, {@code LiveSemaphore}. Knows nothing of
 * messages or connections.
 */
@NullMarked
package io.mics.concurrent;

import org.jspecify.annotations.NullMarked;
