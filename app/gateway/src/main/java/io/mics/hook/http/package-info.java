/**
 * Hooks over HTTP: the protobuf hooks of a tenant's backend, with connections of its own for each tenant, probes, and
 * connecting ahead of the first call. Owns no socket: connections, deadlines and look-ups of host names are
 * {@code httpclient}'s. Never decides what becomes of a message. A call runs on its caller's thread, which blocks
 * until the answer or the deadline; {@code warm-up} threads connect ahead.
 */
@NullMarked
package io.mics.hook.http;

import org.jspecify.annotations.NullMarked;
