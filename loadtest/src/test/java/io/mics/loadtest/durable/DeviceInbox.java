package io.mics.loadtest.durable;

import io.mics.loadtest.cluster.BodyMarker;
import io.mics.loadtest.durable.check.ConnectionRecord;
import io.mics.loadtest.durable.check.ConnectionRecord.Event;
import io.mics.loadtest.durable.check.RunHistory;
import io.mics.loadtest.history.Cast.Device;
import io.mics.proto.message.v1.AckLevel;
import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.Conversations;
import io.mics.proto.message.v1.MessageAck;
import io.mics.proto.message.v1.MessageDelivery;
import io.mics.proto.message.v1.ServerError;
import io.mics.proto.message.v1.ServerFrame;
import io.mics.proto.message.v1.SyncResult;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what arrives on the connections of a device, and tells the device's progress and outbox. A frame that is
 * not exactly what was sent, body and address, is an oddity.
 */
final class DeviceInbox {
    /** The request ids of the two questions that a device asks. */
    static final String SYNC = "s";

    static final String LIST = "l";

    private static final int NOT_FOUND = 4404;

    private final Clients clients;
    private final Device device;
    private final Progress progress;
    private final DeviceOutbox outbox;

    DeviceInbox(Clients clients, Device device, Progress progress, DeviceOutbox outbox) {
        this.clients = clients;
        this.device = device;
        this.progress = progress;
        this.outbox = outbox;
    }

    /** The end of a page of the list of conversations, and the next page, empty after the last. */
    record Listed(int generation, String nextCursor) {}

    /** A frame has arrived; returns null, or what a page of the list says besides its lines. */
    @Nullable
    Listed take(ServerFrame frame, ConnectionRecord record) {
        switch (frame.getPayloadCase()) {
            case DELIVERY -> {
                clients.delivered();
                message(record, Event.DELIVERED, frame.getDelivery());
            }
            case ACK -> acked(record, frame.getAck());
            case SYNC_RESULT -> synced(record, frame.getSyncResult());
            case CONVERSATIONS -> {
                return listed(frame.getConversations());
            }
            case CONVERSATION_UPDATE ->
                reaches(
                        frame.getConversationUpdate().getConversationId(),
                        frame.getConversationUpdate().getLastSeq());
            case GAP ->
                reaches(frame.getGap().getConversationId(), frame.getGap().getToSeq());
            case ERROR -> {
                return failed(record, frame.getError());
            }
            case HEARTBEAT_PONG, READ -> {}
            case CONNECT_ACK, RECALLED, PUSH, EDITED, TYPING, PAYLOAD_NOT_SET ->
                clients.history().oddity(record, "unexpected " + frame.getPayloadCase());
        }
        return null;
    }

    private int talk(String name) {
        return clients.history().talks().number(device.tenant(), name);
    }

    private void reaches(String conversation, long last) {
        int talk = talk(conversation);
        if (talk >= 0) {
            progress.reaches(talk, last, System.nanoTime());
        }
    }

    /** One message, as it is in a delivery or a page. */
    private void message(ConnectionRecord record, Event event, MessageDelivery delivery) {
        RunHistory history = clients.history();
        BodyMarker said = BodyMarker.read(delivery.getMessage().getMsgBody()).orElse(new BodyMarker(-1, 0, 0));
        int talk = talk(delivery.getConversationId());
        if (!history.cast().has(said.sender()) || talk < 0) {
            history.oddity(
                    record,
                    "a message nobody sent in " + delivery.getConversationId() + ": "
                            + delivery.getMessage().getMsgBody().toStringUtf8());
            return;
        }
        Device sender = history.cast().devices().get(said.sender());
        boolean right = delivery.getMessage().getUserId().equals(sender.userId())
                && delivery.getMessage().getMsgId().equals(MessageName.of(said.sender(), said.number()))
                && delivery.getSenderDevice().equals(sender.deviceId())
                && delivery.getContentType().equals("text")
                && delivery.getSeq() > 0
                && delivery.getMessageId() > 0;
        if (!right) {
            history.oddity(record, said + " as " + delivery.toString().replace('\n', ' '));
            return;
        }
        long now = System.nanoTime();
        record.event(
                now,
                event,
                RunHistory.key(said.sender(), said.number()),
                talk,
                delivery.getSeq(),
                delivery.getMessageId());
        progress.has(talk, delivery.getSeq(), now);
    }

    private void acked(ConnectionRecord record, MessageAck ack) {
        MessageName name = MessageName.read(ack.getMsgId());
        if (name.device() != device.number()) {
            clients.history().oddity(record, "an ack of " + ack.getMsgId());
            return;
        }
        Event event = answer(ack);
        if (event == Event.FAILED || event == Event.UNKNOWN) {
            clients.refused("message: " + ack.getReason());
        }
        int talk = Math.max(0, talk(ack.getConversationId()));
        long now = System.nanoTime();
        record.event(now, event, RunHistory.key(name.device(), name.number()), talk, ack.getSeq(), ack.getMessageId());
        if (ack.getSeq() > 0) {
            progress.has(talk, ack.getSeq(), now);
        }
        outbox.acked(name.number(), event);
    }

    private static Event answer(MessageAck ack) {
        if (ack.getStatus() != AckStatus.SENT) {
            return ack.getReason().equals("outcome unknown") ? Event.UNKNOWN : Event.FAILED;
        }
        if (ack.getReason().equals("duplicate")) {
            return Event.DUPLICATE;
        }
        return ack.getLevel() == AckLevel.ACK_LEVEL_PERSISTED ? Event.STORED : Event.ACCEPTED;
    }

    private void synced(ConnectionRecord record, SyncResult page) {
        page.getMessagesList().forEach(message -> message(record, Event.SYNCED, message));
        int talk = talk(page.getConversationId());
        if (talk >= 0) {
            progress.answered(talk, page.getLastSeq(), System.nanoTime());
        }
    }

    private Listed listed(Conversations page) {
        page.getConversationsList().forEach(line -> reaches(line.getConversationId(), line.getLastSeq()));
        return new Listed(Integer.parseInt(page.getRequestId().substring(1)), page.getNextCursor());
    }

    /** Asked again after a while; a conversation of one's own that is not found is an oddity. */
    private @Nullable Listed failed(ConnectionRecord record, ServerError error) {
        clients.refused("request: " + error.getCode() + " " + error.getMessage());
        if (error.getCode() == NOT_FOUND) {
            clients.history().oddity(record, "a conversation of its own is not found: " + error.getRequestId());
        }
        if (error.getRequestId().startsWith(SYNC)) {
            progress.failed(Integer.parseInt(error.getRequestId().substring(1)), System.nanoTime());
        }
        return error.getRequestId().startsWith(LIST) ? new Listed(-1, "") : null;
    }
}
