/** What tests of whole nodes share: a node in this process, a port that somebody has, a command that is run. */
@NullMarked
package io.mics.testing.node;

import org.jspecify.annotations.NullMarked;
