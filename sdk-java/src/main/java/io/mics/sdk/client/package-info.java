/** A client of the gateway: connects, reconnects, sends with acknowledgement, receives. */
@NullMarked
package io.mics.sdk.client;

import org.jspecify.annotations.NullMarked;
