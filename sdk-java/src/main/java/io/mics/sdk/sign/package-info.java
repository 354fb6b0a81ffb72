/** Signatures of hook calls and events: made by the gateway, verified by a tenant's backend. */
@NullMarked
package io.mics.sdk.sign;

import org.jspecify.annotations.NullMarked;
