/** Benchmarks of single steps of the gateway; run by {@code loadtest/jmh}, never part of a build. */
@NullMarked
package io.mics.loadtest.jmh;

import org.jspecify.annotations.NullMarked;
