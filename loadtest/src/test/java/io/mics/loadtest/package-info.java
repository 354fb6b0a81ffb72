/** Tests of the frames written by hand, against the generated code. */
@NullMarked
package io.mics.loadtest;

import org.jspecify.annotations.NullMarked;
