/**
 * PostgreSQL: connections, the one statement that stores a batch, what its errors mean. Alone knows its driver. Runs
 * on the thread that asks.
 */
@NullMarked
package io.mics.store.postgres;

import org.jspecify.annotations.NullMarked;
