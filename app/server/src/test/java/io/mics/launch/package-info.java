/** Tests of how the jar begins. */
@NullMarked
package io.mics.launch;

import org.jspecify.annotations.NullMarked;
