/**
 * What the tests of all modules share: real engines, a browser, a client that can misbehave, a backend, a server in a
 * process of its own. Knows no class of the server. Fixtures that do are in the tests of their module:
 * {@code io.mics.testing.gateway} for parts of the gateway, {@code io.mics.testing.node} for nodes in the tests' own
 * process. Runs in tests alone.
 */
@NullMarked
package io.mics.testing;

import org.jspecify.annotations.NullMarked;
