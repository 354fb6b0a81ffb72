/** README followed by a newcomer: every example runs as it stands there, and does what it says. */
@NullMarked
package io.mics.readme;

import org.jspecify.annotations.NullMarked;
