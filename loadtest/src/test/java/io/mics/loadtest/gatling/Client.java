package io.mics.loadtest.gatling;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.mics.proto.message.v1.AckLevel;
import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.ConnectAck;
import io.mics.proto.message.v1.Conversation;
import io.mics.proto.message.v1.Conversations;
import io.mics.proto.message.v1.HeartbeatPing;
import io.mics.proto.message.v1.ListConversations;
import io.mics.proto.message.v1.MessageAck;
import io.mics.proto.message.v1.MessageDelivery;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import io.mics.proto.message.v1.SendMessage;
import io.mics.proto.message.v1.ServerFrame;
import io.mics.proto.message.v1.SyncRequest;
import io.mics.proto.message.v1.SyncResult;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One connected user: makes the frames it sends, and counts and checks those it receives. */
final class Client {
    private static final int PAGE = 200;
    private static final long KEEP_ALIVE_NANOS = 10_000_000_000L;

    final String user;
    private final Settings settings;
    private final Tally tally;
    /** Tells the messages of this run from those an earlier one left in the offline buffer. */
    private final String run;

    private final int number;
    private final ByteString body;
    private final Set<String> unacknowledged = new HashSet<>();
    private final Map<String, Long> lastFrom = new HashMap<>();
    /** Of the last message of the conversation that this user has, and how many it has not read; -1 is unknown. */
    private long lastSeq = -1;

    private long unread;
    private long messages;
    private String lastId = "";
    private long lastPing;
    private long lastFrameNanos = System.nanoTime();

    /** A sender {@code s1}, {@code s2}, … or the user who receives what the sender of that number sends. */
    Client(Settings settings, Tally tally, String run, String prefix, int number) {
        this.settings = settings;
        this.tally = tally;
        this.run = run;
        this.number = number;
        user = prefix + number;
        body = ByteString.copyFromUtf8("x".repeat(settings.payloadBytes()));
    }

    /** Whether so much time has passed in silence that a ping is due, well before the gateway would hang up. */
    synchronized boolean isIdle() {
        return System.nanoTime() - lastFrameNanos > KEEP_ALIVE_NANOS;
    }

    synchronized byte[] ping() {
        tally.pings.incrementAndGet();
        lastFrameNanos = System.nanoTime();
        lastPing = Math.max(System.currentTimeMillis(), lastPing + 1);
        return ClientFrame.newBuilder()
                .setHeartbeatPing(HeartbeatPing.newBuilder().setTimestampMs(lastPing))
                .build()
                .toByteArray();
    }

    /** The next message: to the receiver of this sender's number, or to the group. */
    synchronized byte[] message() {
        lastId = run + "-" + number + "-" + ++messages;
        unacknowledged.add(lastId);
        tally.sent.incrementAndGet();
        lastFrameNanos = System.nanoTime();
        if (settings.scene().isDurable()) {
            return ClientFrame.newBuilder()
                    .setSend(SendMessage.newBuilder()
                            .setClientMsgId(lastId)
                            .setConversationId(conversation())
                            .setBody(body))
                    .build()
                    .toByteArray();
        }
        MessageRequest.Builder message =
                MessageRequest.newBuilder().setMsgId(lastId).setMsgBody(body);
        if (settings.scene() == Scene.GROUP_CHAT) {
            message.setMsgType(MessageType.GROUP_CHAT).setGroupId(settings.groupId());
        } else {
            message.setToUserId("r" + number);
        }
        return ClientFrame.newBuilder().setMessage(message).build().toByteArray();
    }

    /** Of the sender and the receiver of this number. */
    private String conversation() {
        return "single:r" + number + ":s" + number;
    }

    /** Asks for the conversations. */
    static byte[] list() {
        return ClientFrame.newBuilder()
                .setConversations(ListConversations.getDefaultInstance())
                .build()
                .toByteArray();
    }

    /**
     * Takes the list; the first says where this user was when it left, the next what it has missed since. Returns
     * what to ask next, empty when there is nothing.
     */
    synchronized Optional<byte[]> listed(Conversations list) {
        Conversation ours = list.getConversationsList().stream()
                .filter(line -> line.getConversationId().equals(conversation()))
                .findFirst()
                .orElse(Conversation.getDefaultInstance());
        boolean first = lastSeq < 0;
        if (first) {
            lastSeq = ours.getLastSeq();
            unread = ours.getUnread();
            return Optional.empty();
        }
        tally.unread.addAndGet(ours.getUnread() - unread);
        return Optional.of(page());
    }

    private byte[] page() {
        return ClientFrame.newBuilder()
                .setSync(SyncRequest.newBuilder()
                        .setConversationId(conversation())
                        .setAfterSeq(lastSeq)
                        .setLimit(PAGE))
                .build()
                .toByteArray();
    }

    /** Takes a page of what was missed; returns the next question, empty after the last. */
    synchronized Optional<byte[]> synced(SyncResult result) {
        result.getMessagesList().forEach(this::delivered);
        return result.getHasMore() ? Optional.of(page()) : Optional.empty();
    }

    /** Whether these bytes are the first frame of a connection. */
    static boolean isConnectAck(byte[] bytes) {
        return parse(bytes).hasConnectAck();
    }

    /** Whether these bytes answer a ping. */
    static boolean isPong(byte[] bytes) {
        return parse(bytes).hasHeartbeatPong();
    }

    /** Whether these bytes acknowledge the newest message, in whatever way. */
    synchronized boolean isAckOfNewest(byte[] bytes) {
        ServerFrame frame = parse(bytes);
        return frame.hasAck() && frame.getAck().getMsgId().equals(lastId);
    }

    /** Counts a frame, exactly once for each that arrives; false when it should not have come like that. */
    synchronized boolean received(byte[] bytes) {
        ServerFrame frame = parse(bytes);
        return switch (frame.getPayloadCase()) {
            case CONNECT_ACK -> connected(frame.getConnectAck());
            case HEARTBEAT_PONG -> tally.pongs.incrementAndGet() > 0;
            case ACK -> acknowledged(frame.getAck());
            case DELIVERY -> delivered(frame.getDelivery());
            case ERROR,
                    SYNC_RESULT,
                    RECALLED,
                    CONVERSATION_UPDATE,
                    PUSH,
                    GAP,
                    CONVERSATIONS,
                    EDITED,
                    READ,
                    TYPING,
                    PAYLOAD_NOT_SET -> tally.errors.incrementAndGet() < 0;
        };
    }

    private boolean connected(ConnectAck ack) {
        boolean ours = ack.getCode() == 1000 && ack.getUserId().equals(user);
        (ours ? tally.connected : tally.errors).incrementAndGet();
        return ours;
    }

    private boolean acknowledged(MessageAck ack) {
        boolean open = unacknowledged.remove(ack.getMsgId());
        boolean second = !open && settings.scene().isDurable() && ack.getLevel() == AckLevel.ACK_LEVEL_PERSISTED;
        if (second && ack.getMsgId().startsWith(run + "-")) {
            return true;
        }
        boolean good = open && ack.getStatus() == AckStatus.SENT;
        (good ? tally.acked : tally.refused).incrementAndGet();
        return good;
    }

    /** Each sender numbers its messages from 1, so here they must arrive as 1, 2, 3 and so on. */
    private boolean delivered(MessageDelivery delivery) {
        MessageRequest message = delivery.getMessage();
        boolean inOrder = !settings.scene().isDurable()
                || (delivery.getConversationId().equals(conversation())
                        && (lastSeq < 0 || delivery.getSeq() == lastSeq + 1));
        lastSeq = settings.scene().isDurable() ? delivery.getSeq() : lastSeq;
        if (!message.getMsgId().startsWith(run + "-")) {
            return true;
        }
        tally.delivered.incrementAndGet();
        String sender = message.getUserId();
        long sequence =
                Long.parseLong(message.getMsgId().substring(message.getMsgId().lastIndexOf('-') + 1));
        boolean next = sequence == lastFrom.getOrDefault(sender, 0L) + 1;
        lastFrom.put(sender, sequence);
        boolean toUs = settings.scene() == Scene.GROUP_CHAT
                ? message.getGroupId().equals(settings.groupId())
                : (settings.scene().isDurable() || message.getToUserId().equals(user)) && sender.equals("s" + number);
        if (!next || !toUs || !inOrder || !message.getMsgBody().equals(body)) {
            tally.misplaced.incrementAndGet();
            return false;
        }
        return true;
    }

    /** A heartbeat that nobody counts. */
    static byte[] heartbeat() {
        return ClientFrame.newBuilder()
                .setHeartbeatPing(HeartbeatPing.newBuilder().setTimestampMs(1))
                .build()
                .toByteArray();
    }

    static ServerFrame parse(byte[] bytes) {
        try {
            return ServerFrame.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            return ServerFrame.getDefaultInstance();
        }
    }
}
