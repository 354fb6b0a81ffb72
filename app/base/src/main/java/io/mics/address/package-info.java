/**
 * Internet addresses as they are written: literals, blocks, names of this machine, and what counts as one address under
 * a limit. Looks nothing up and knows no other package. Safe on any thread.
 */
@NullMarked
package io.mics.address;

import org.jspecify.annotations.NullMarked;
