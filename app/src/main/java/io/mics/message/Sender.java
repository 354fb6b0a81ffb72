package io.mics.message;

import io.mics.tenant.Tenant;

/**
 * Who sends: taken from the session, never from the message.
 *
 * @param connection the sending connection, unique on this node
 */
public record Sender(Tenant tenant, String user, String device, long connection, String traceId) {}
