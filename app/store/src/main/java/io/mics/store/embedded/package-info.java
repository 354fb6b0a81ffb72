/**
 * The embedded database: a file, one connection that writes, some that read. Alone knows its driver, whose calls hold
 * their thread until the disk answers: they run on platform threads of their own, {@code store-file}.
 */
@NullMarked
package io.mics.store.embedded;

import org.jspecify.annotations.NullMarked;
