package io.mics.sdk.event;

import io.mics.proto.message.v1.ConnectAck;
import io.mics.proto.message.v1.MessageRequest;

/** Something that happened at the gateway, decoded, its signature checked. */
public sealed interface Event {

    /** What every event carries: identity, tenant, user, time. */
    Envelope envelope();

    /**
     * A device has connected.
     *
     * @param ack what it was answered
     */
    record ConnectOnline(Envelope envelope, ConnectAck ack) implements Event {}

    /**
     * A device is gone.
     *
     * @param ack what it had been told when it connected
     */
    record ConnectOffline(Envelope envelope, ConnectAck ack) implements Event {}

    /** A message to one user; delivery was tried before. */
    record SingleChat(Envelope envelope, String toUserId, MessageRequest message) implements Event {}

    /** A message to a group; delivery was tried before. */
    record GroupChat(Envelope envelope, String groupId, MessageRequest message) implements Event {}

    /**
     * A message somebody missed: keep it and hand it out when the gateway asks for it. Only for tenants with
     * {@code offline_use_hook_pull}.
     *
     * @param toUserId who missed it; for a message to a group there is one such event per absent member
     * @param groupId the group it was written to; empty for a message to one user
     */
    record OfflineMessage(Envelope envelope, String toUserId, String groupId, MessageRequest message)
            implements Event {}
}
