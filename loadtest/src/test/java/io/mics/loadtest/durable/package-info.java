/**
 * Runs of durable tenants: gateways and their database as processes, clients as devices use conversations, faults,
 * and at the end what the database and the clients have, for {@code check}. Every device has a virtual thread that
 * sends and one that reads.
 */
@NullMarked
package io.mics.loadtest.durable;

import org.jspecify.annotations.NullMarked;
