/** Tests of what can be seen of the server from outside. */
@NullMarked
package io.mics.observe;

import org.jspecify.annotations.NullMarked;
