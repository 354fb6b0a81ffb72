/**
 * What the tests of all modules share: real engines, a browser, a client that can misbehave, a backend, a server in a
 * process of its own. Knows no class of the server; nodes in the tests' own process are {@code io.mics.testing.node}.
 */
@NullMarked
package io.mics.testing;

import org.jspecify.annotations.NullMarked;
