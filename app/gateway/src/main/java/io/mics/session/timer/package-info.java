/**
 * The timing wheel: what is to be done later, on one platform thread ({@code mics-wheel}) that never blocks. Never
 * knows what its tasks are for.
 */
@NullMarked
package io.mics.session.timer;

import org.jspecify.annotations.NullMarked;
