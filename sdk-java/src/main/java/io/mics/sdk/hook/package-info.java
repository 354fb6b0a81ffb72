/** A server for the hooks the gateway calls on a tenant's backend. */
@NullMarked
package io.mics.sdk.hook;

import org.jspecify.annotations.NullMarked;
