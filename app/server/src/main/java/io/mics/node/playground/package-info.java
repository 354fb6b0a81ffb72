/**
 * What only an open playground has. Owns the store of its durable tenant, which is opened on a thread of its own by the
 * first connection that needs it; never serves another tenant.
 */
@NullMarked
package io.mics.node.playground;

import org.jspecify.annotations.NullMarked;
