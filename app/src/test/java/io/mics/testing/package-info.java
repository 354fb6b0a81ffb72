/** What the integration tests share: a node in this process, a client that can misbehave, a backend. */
@NullMarked
package io.mics.testing;

import org.jspecify.annotations.NullMarked;
