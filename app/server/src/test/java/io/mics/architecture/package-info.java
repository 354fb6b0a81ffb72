/** Laws about the source as a whole, checked by the build: sizes, names, which package may know which. */
@NullMarked
package io.mics.architecture;

import org.jspecify.annotations.NullMarked;
