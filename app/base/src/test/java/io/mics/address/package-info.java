/** Addresses as people and proxies write them. */
@NullMarked
package io.mics.address;

import org.jspecify.annotations.NullMarked;
