/**
 * What can be seen of the server from outside: metric names (one table), structured logs and trace ids. Never decides
 * anything; safe on any thread.
 */
@NullMarked
package io.mics.observe;

import org.jspecify.annotations.NullMarked;
