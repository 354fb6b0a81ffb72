/**
 * The composition root: what starts, in which order, with which configuration. Owns no rule of the product; runs on the
 * main thread.
 */
@NullMarked
package io.mics;

import org.jspecify.annotations.NullMarked;
