/** Links between nodes over real sockets, and what goes wrong with them. */
@NullMarked
package io.mics.routing.link;

import org.jspecify.annotations.NullMarked;
