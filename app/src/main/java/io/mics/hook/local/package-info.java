/** Hooks answered in this process, without I/O: the playground's backend. */
@NullMarked
package io.mics.hook.local;

import org.jspecify.annotations.NullMarked;
