package io.mics.message;

import io.mics.routing.PendingWrites;
import io.mics.routing.RecentSends;
import io.mics.tenant.Tenant;

/**
 * Who sends: taken from the session, never from the message.
 *
 * @param connection the sending connection, unique on this node
 * @param recent     remembers what is sent, for the node the device moves to
 * @param writes     connections this sender's messages gave something to write; started before the sender blocks
 */
public record Sender(
        Tenant tenant,
        String user,
        String device,
        long connection,
        String traceId,
        PendingWrites writes,
        RecentSends recent) {}
