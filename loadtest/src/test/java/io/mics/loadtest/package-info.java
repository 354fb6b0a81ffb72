/**
 * Tests of the frames written by hand, against the generated code; and the table of a cluster, which needs the example
 * backend and Redis.
 */
@NullMarked
package io.mics.loadtest;

import org.jspecify.annotations.NullMarked;
