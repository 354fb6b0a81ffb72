/**
 * What the store has in Redis: the numbers that keep nodes' message ids apart. Never knows a message. One virtual
 * thread, which renews the lease.
 */
@NullMarked
package io.mics.store.redis;

import org.jspecify.annotations.NullMarked;
