/** Proof that the pages work where they are used: in a real browser, driven over its DevTools protocol. */
@NullMarked
package io.mics.console;

import org.jspecify.annotations.NullMarked;
