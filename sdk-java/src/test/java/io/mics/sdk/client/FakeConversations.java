package io.mics.sdk.client;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.AckLevel;
import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.Conversation;
import io.mics.proto.message.v1.Conversations;
import io.mics.proto.message.v1.HeartbeatPong;
import io.mics.proto.message.v1.ListConversations;
import io.mics.proto.message.v1.MessageAck;
import io.mics.proto.message.v1.MessageDelivery;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.SendMessage;
import io.mics.proto.message.v1.ServerError;
import io.mics.proto.message.v1.ServerFrame;
import io.mics.proto.message.v1.SyncRequest;
import io.mics.proto.message.v1.SyncResult;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Durable conversations behind a {@link FakeGateway}: what is stored, and the answers to those who ask. */
final class FakeConversations {
    /** What the gateway's clock says, one later each time. */
    private long nowMs = 1_000_000;

    private final Map<String, List<MessageDelivery>> stored = new LinkedHashMap<>();
    private final Map<String, Long> changedMs = new HashMap<>();
    private final Map<String, Long> firstSeq = new HashMap<>();
    private final Map<String, MessageAck> acked = new HashMap<>();

    /** What came on connections that had ended by then. */
    private final Queue<ClientFrame> unanswered = new ConcurrentLinkedQueue<>();

    /** Every list and sync that was asked for. */
    private final List<ClientFrame> asked = new ArrayList<>();

    /** Welcomes a connection and answers it from now on, until it ends. */
    void serve(Peer peer) {
        peer.onFrame(frame -> {
            try {
                answer(peer, frame);
            } catch (UncheckedIOException ended) {
                unanswered.add(frame);
            }
        });
        FakeGateway.welcome(peer);
    }

    /** Stores a message of u2; nobody is sent it. */
    synchronized MessageDelivery store(String conversation, String text) {
        return store(conversation, "u2", "d2", text, ByteString.copyFromUtf8(text));
    }

    private MessageDelivery store(String conversation, String user, String device, String msgId, ByteString body) {
        List<MessageDelivery> messages = messages(conversation);
        MessageDelivery message = MessageDelivery.newBuilder()
                .setMessage(MessageRequest.newBuilder()
                        .setTenantId("t1")
                        .setUserId(user)
                        .setDeviceId(device)
                        .setMsgId(msgId)
                        .setMsgBody(body)
                        .setTimestampMs(++nowMs))
                .setConversationId(conversation)
                .setSeq(messages.size() + 1)
                .setMessageId(nowMs * 1000)
                .setSenderDevice(device)
                .build();
        messages.add(message);
        changedMs.put(conversation, nowMs);
        return message;
    }

    /** Stores as many messages, and sends them nobody. */
    synchronized void storeMany(String conversation, int count) {
        for (int i = 0; i < count; i++) {
            store(conversation, "m" + i);
        }
    }

    /** A message as it stands now. */
    synchronized void replace(MessageDelivery message) {
        messages(message.getConversationId()).set((int) message.getSeq() - 1, message);
        changedMs.put(message.getConversationId(), ++nowMs);
    }

    /** What is older is gone. */
    synchronized void beginsAt(String conversation, long seq) {
        firstSeq.put(conversation, seq);
    }

    /** Every sync that was asked for. */
    synchronized List<SyncRequest> syncs() {
        return asked.stream()
                .filter(ClientFrame::hasSync)
                .map(ClientFrame::getSync)
                .toList();
    }

    /** Every list that was asked for. */
    synchronized List<ListConversations> lists() {
        return asked.stream()
                .filter(ClientFrame::hasConversations)
                .map(ClientFrame::getConversations)
                .toList();
    }

    private synchronized void answer(Peer peer, ClientFrame frame) {
        ServerFrame.Builder answer = ServerFrame.newBuilder();
        if (frame.hasHeartbeatPing()) {
            peer.send(answer.setHeartbeatPong(HeartbeatPong.newBuilder().setTimestampMs(++nowMs))
                    .build());
        } else if (frame.hasConversations()) {
            asked.add(frame);
            peer.send(answer.setConversations(list(frame.getConversations())).build());
        } else if (frame.hasSync()) {
            asked.add(frame);
            peer.send(sync(frame.getSync()));
        } else if (frame.hasSend()) {
            peer.send(answer.setAck(take(frame.getSend())).build());
        }
    }

    private MessageAck take(SendMessage send) {
        MessageAck known = acked.get(send.getClientMsgId());
        if (known != null) {
            return known.toBuilder().setReason("duplicate").build();
        }
        MessageDelivery message = store(send.getConversationId(), "u1", "d1", send.getClientMsgId(), send.getBody());
        MessageAck ack = MessageAck.newBuilder()
                .setMsgId(send.getClientMsgId())
                .setStatus(AckStatus.SENT)
                .setLevel(AckLevel.ACK_LEVEL_PERSISTED)
                .setConversationId(send.getConversationId())
                .setSeq(message.getSeq())
                .setMessageId(message.getMessageId())
                .setTimestampMs(message.getMessage().getTimestampMs())
                .build();
        acked.put(send.getClientMsgId(), ack);
        return ack;
    }

    private List<MessageDelivery> messages(String conversation) {
        return stored.computeIfAbsent(conversation, id -> new ArrayList<>());
    }

    private long changed(String conversation) {
        return changedMs.getOrDefault(conversation, 0L);
    }

    private Conversations list(ListConversations request) {
        List<String> newest = stored.keySet().stream()
                .filter(each -> changed(each) >= request.getChangedSinceMs())
                .sorted((a, b) -> Long.compare(changed(b), changed(a)))
                .toList();
        int from = request.getCursor().isEmpty() ? 0 : Integer.parseInt(request.getCursor());
        int to = Math.min(newest.size(), from + 2);
        Conversations.Builder page = Conversations.newBuilder()
                .setRequestId(request.getRequestId())
                .setNextCursor(to < newest.size() ? Integer.toString(to) : "");
        for (String each : newest.subList(from, to)) {
            List<MessageDelivery> messages = messages(each);
            page.addConversations(Conversation.newBuilder()
                    .setConversationId(each)
                    .setLastSeq(messages.size())
                    .setFirstSeq(firstSeq.getOrDefault(each, 1L))
                    .setUnread(messages.size())
                    .setLastMessage(messages.get(messages.size() - 1)));
        }
        return page.build();
    }

    private ServerFrame sync(SyncRequest request) {
        List<MessageDelivery> messages = stored.get(request.getConversationId());
        if (messages == null) {
            return ServerFrame.newBuilder()
                    .setError(ServerError.newBuilder().setCode(4404).setRequestId(request.getRequestId()))
                    .build();
        }
        long first = firstSeq.getOrDefault(request.getConversationId(), 1L);
        List<MessageDelivery> after = messages.stream()
                .filter(each -> each.getSeq() > request.getAfterSeq() && each.getSeq() >= first)
                .toList();
        int size = Math.min(after.size(), Math.min(request.getLimit(), 200));
        return ServerFrame.newBuilder()
                .setSyncResult(SyncResult.newBuilder()
                        .setRequestId(request.getRequestId())
                        .setConversationId(request.getConversationId())
                        .addAllMessages(after.subList(0, size))
                        .setFirstSeq(first)
                        .setLastSeq(messages.size())
                        .setHasMore(size < after.size()))
                .build();
    }
}
