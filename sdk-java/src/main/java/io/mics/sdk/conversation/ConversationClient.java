package io.mics.sdk.conversation;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.Clear;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.Edit;
import io.mics.proto.message.v1.Gap;
import io.mics.proto.message.v1.Hide;
import io.mics.proto.message.v1.ListConversations;
import io.mics.proto.message.v1.MarkRead;
import io.mics.proto.message.v1.MessageAck;
import io.mics.proto.message.v1.Recall;
import io.mics.proto.message.v1.ServerError;
import io.mics.proto.message.v1.ServerFrame;
import io.mics.proto.message.v1.SyncRequest;
import io.mics.proto.message.v1.SyncResult;
import io.mics.proto.message.v1.Typing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The conversations of one client; {@code MicsClientBuilder} makes it, and the client gives it frames. What callers
 * wait for is answered on the network thread, everything else happens on the callback thread, in the order of frames.
 */
public final class ConversationClient implements Conversations {
    private final ConversationLink link;
    private final ConversationListener listener;
    private final MessageStore store;
    private final PendingMessages messages;
    private final PendingRequests requests;
    private final UnawaitedRequests unawaited;
    private final Timelines timelines;
    private final CatchUp catchUp;
    private volatile String user = "";
    private volatile String device = "";

    /** Conversations over a connection. */
    public ConversationClient(ConversationLink link, ConversationSettings settings) {
        this.link = link;
        this.listener = settings.listener();
        this.store = settings.store();
        this.messages = new PendingMessages(link, settings.ackTimeout(), settings.maxAttempts(), settings.maxPending());
        this.requests = new PendingRequests(link, settings.ackTimeout());
        this.unawaited = new UnawaitedRequests(link);
        this.timelines = new Timelines(store, listener, link, settings.newest());
        this.catchUp = new CatchUp(
                link,
                store,
                timelines,
                changed -> Timelines.tell(() -> listener.onConversation(opened(link, changed))),
                () -> Timelines.tell(listener::onCaughtUp),
                settings.ackTimeout());
    }

    /** The gateway has accepted a connection of this user and device; the link writes to it. */
    public void connected(String asUser, String asDevice) {
        user = asUser;
        device = asDevice;
        messages.connected();
        link.run(catchUp::begin);
    }

    /** The connection is gone. */
    public void disconnected() {
        messages.disconnected();
        requests.disconnected();
        link.run(catchUp::end);
    }

    /** Ends all waiting, and takes nothing more. */
    public void close(String reason) {
        messages.close(reason);
        requests.disconnected();
    }

    /** Messages that wait for their ack. */
    public int pendingSends() {
        return messages.size();
    }

    /**
     * Takes a frame; false when it is none of conversations.
     *
     * @param consumed run once the frame has been dealt with, which may be on the callback thread; never, if false
     */
    public boolean take(ServerFrame frame, Runnable consumed) {
        return switch (frame.getPayloadCase()) {
            case ACK -> acknowledged(frame.getAck(), consumed);
            case DELIVERY -> {
                boolean ours = !frame.getDelivery().getConversationId().isEmpty();
                if (ours) {
                    run(() -> arrived(Message.of(frame.getDelivery())), consumed);
                }
                yield ours;
            }
            case ERROR -> refused(frame.getError(), consumed);
            case SYNC_RESULT -> {
                if (requests.answered(frame.getSyncResult().getRequestId(), frame)) {
                    consumed.run();
                } else {
                    run(() -> catchUp.synced(frame.getSyncResult()), consumed);
                }
                yield true;
            }
            case CONVERSATIONS -> {
                if (requests.answered(frame.getConversations().getRequestId(), frame)) {
                    consumed.run();
                } else {
                    run(() -> catchUp.listed(frame.getConversations()), consumed);
                }
                yield true;
            }
            case RECALLED, EDITED, READ, TYPING, CONVERSATION_UPDATE, GAP -> {
                requests.happened(frame);
                run(() -> changed(frame), consumed);
                yield true;
            }
            case HEARTBEAT_PONG -> {
                run(() -> catchUp.gatewayTime(frame.getHeartbeatPong().getTimestampMs()), consumed);
                yield true;
            }
            case CONNECT_ACK, PUSH, PAYLOAD_NOT_SET -> false;
        };
    }

    private void run(Runnable task, Runnable consumed) {
        link.run(() -> {
            try {
                task.run();
            } finally {
                consumed.run();
            }
        });
    }

    private boolean acknowledged(MessageAck ack, Runnable consumed) {
        if (!messages.knows(ack)) {
            return false;
        }
        PendingMessages.Stored stored = messages.acknowledge(ack);
        if (stored != null && ack.getReason().isEmpty()) {
            String from = user;
            String fromDevice = device;
            Message own = new Message(
                    ack.getConversationId(),
                    ack.getSeq(),
                    ack.getMessageId(),
                    from,
                    fromDevice,
                    ack.getMsgId(),
                    stored.sent().getContentType(),
                    stored.sent().getBody(),
                    ack.getTimestampMs(),
                    0,
                    0,
                    0);
            run(() -> arrived(own), consumed);
        } else if (stored != null && ack.getSeq() > 0) {
            // a duplicate: what stands there is the first, which need not be the same
            run(() -> extendTo(ack.getConversationId(), ack.getSeq()), consumed);
        } else {
            consumed.run();
        }
        return true;
    }

    private void arrived(Message message) {
        try {
            timelines.arrived(message);
        } catch (RuntimeException e) {
            // the store has not taken it
            timelines.extendTo(message.conversation(), message.seq());
            throw e;
        } finally {
            catchUp.expect(message.conversation());
        }
    }

    private void extendTo(String conversation, long seq) {
        timelines.extendTo(conversation, seq);
        catchUp.expect(conversation);
    }

    private boolean refused(ServerError error, Runnable consumed) {
        String id = error.getRequestId();
        if (id.isEmpty()) {
            return false;
        }
        UnawaitedRequests.@Nullable Asked asked = unawaited.refused(id);
        if (asked != null) {
            run(
                    () -> Timelines.tell(() -> listener.onRefused(
                            asked.what(), asked.conversation(), error.getCode(), error.getMessage())),
                    consumed);
        } else if (requests.refused(error)) {
            consumed.run();
        } else {
            run(() -> catchUp.failed(error), consumed);
        }
        return true;
    }

    private void changed(ServerFrame frame) {
        if (frame.hasRecalled() && frame.getRecalled().getSeq() > 0) {
            timelines.recalled(frame.getRecalled());
        } else if (frame.hasEdited()) {
            timelines.edited(frame.getEdited());
        } else if (frame.hasRead()) {
            var read = frame.getRead();
            Timelines.tell(() -> listener.onRead(read.getConversationId(), read.getUserId(), read.getSeq()));
        } else if (frame.hasTyping()) {
            var typing = frame.getTyping();
            Timelines.tell(() -> listener.onTyping(typing.getConversationId(), typing.getUserId()));
        } else if (frame.hasConversationUpdate()) {
            var update = frame.getConversationUpdate();
            extendTo(update.getConversationId(), update.getLastSeq());
            if (update.getUnread() >= 0) {
                Timelines.tell(
                        () -> listener.onUnread(update.getConversationId(), update.getUnread(), update.getLastSeq()));
            }
        } else if (frame.hasGap()) {
            gap(frame.getGap());
        }
    }

    private void gap(Gap gap) {
        if (gap.getConversationId().isEmpty()) {
            catchUp.repeat(); // of which conversations deliveries were dropped, nobody knows
        } else {
            timelines.extendTo(gap.getConversationId(), gap.getToSeq());
            catchUp.fetch(gap.getConversationId());
        }
    }

    @Override
    public Sending send(OutgoingMessage message) {
        return messages.add(message);
    }

    @Override
    public Page list(String cursor, int limit) throws RequestFailed, InterruptedException {
        bounded(limit, MAX_PAGE, "limit");
        var answer = requests.ask(
                        id -> ClientFrame.newBuilder()
                                .setConversations(ListConversations.newBuilder()
                                        .setCursor(cursor)
                                        .setLimit(limit)
                                        .setRequestId(id))
                                .build(),
                        frame -> false)
                .getConversations();
        return new Page(
                answer.getConversationsList().stream()
                        .map(each -> opened(link, ConversationSummary.of(each)))
                        .toList(),
                answer.getNextCursor());
    }

    @Override
    public List<Message> history(String conversation, long beforeSeq, int limit)
            throws RequestFailed, InterruptedException {
        bounded(limit, MAX_PAGE, "limit");
        SyncResult answer = before(conversation, beforeSeq, limit);
        long last = answer.getLastSeq();
        if (last > 0 && beforeSeq - 1 > Math.max(last, limit)) {
            answer = before(conversation, last + 1, limit); // that page was beyond the end, at least in part
        }
        return answer.getMessagesList().stream()
                .map(Message::of)
                .filter(message -> message.seq() < beforeSeq)
                .map(message -> opened(link, message))
                .toList();
    }

    private SyncResult before(String conversation, long seq, int limit) throws RequestFailed, InterruptedException {
        return requests.ask(
                        id -> ClientFrame.newBuilder()
                                .setSync(SyncRequest.newBuilder()
                                        .setConversationId(conversation)
                                        .setAfterSeq(Math.max(0, seq - 1 - limit))
                                        .setLimit(limit)
                                        .setRequestId(id))
                                .build(),
                        frame -> false)
                .getSyncResult();
    }

    @Override
    public boolean markRead(String conversation, long seq) {
        return unawaited.write(
                "mark_read",
                conversation,
                id -> ClientFrame.newBuilder()
                        .setMarkRead(MarkRead.newBuilder()
                                .setConversationId(conversation)
                                .setSeq(seq)
                                .setRequestId(id))
                        .build());
    }

    @Override
    public void recall(String conversation, long messageId) throws RequestFailed, InterruptedException {
        var unused = requests.ask(
                id -> ClientFrame.newBuilder()
                        .setRecall(Recall.newBuilder()
                                .setConversationId(conversation)
                                .setMessageId(messageId)
                                .setRequestId(id))
                        .build(),
                frame -> frame.hasRecalled() && frame.getRecalled().getMessageId() == messageId);
    }

    @Override
    public void edit(String conversation, long messageId, ByteString body) throws RequestFailed, InterruptedException {
        ByteString sealed = link.seal(body);
        var unused = requests.ask(
                id -> ClientFrame.newBuilder()
                        .setEdit(Edit.newBuilder()
                                .setConversationId(conversation)
                                .setMessageId(messageId)
                                .setBody(sealed)
                                .setRequestId(id))
                        .build(),
                frame -> frame.hasEdited() && frame.getEdited().getMessageId() == messageId);
    }

    @Override
    public boolean typing(String conversation) {
        return link.write(ClientFrame.newBuilder()
                .setTyping(Typing.newBuilder().setConversationId(conversation))
                .build());
    }

    @Override
    public boolean hide(String conversation, List<Long> seqs) {
        bounded(seqs.size(), MAX_HIDDEN, "the number of messages");
        boolean asked = unawaited.write(
                "hide",
                conversation,
                id -> ClientFrame.newBuilder()
                        .setHide(Hide.newBuilder()
                                .setConversationId(conversation)
                                .addAllSeqs(seqs)
                                .setRequestId(id))
                        .build());
        if (asked) {
            link.run(() -> seqs.forEach(seq -> store.remove(conversation, seq)));
        }
        return asked;
    }

    @Override
    public boolean clear(String conversation, long upToSeq) {
        bounded(upToSeq, Long.MAX_VALUE, "upToSeq");
        boolean asked = unawaited.write(
                "clear",
                conversation,
                id -> ClientFrame.newBuilder()
                        .setClear(Clear.newBuilder()
                                .setConversationId(conversation)
                                .setBeforeSeq(upToSeq)
                                .setRequestId(id))
                        .build());
        if (asked) {
            link.run(() -> store.removeUpTo(conversation, upToSeq));
        }
        return asked;
    }

    private static ConversationSummary opened(ConversationLink link, ConversationSummary summary) {
        return new ConversationSummary(
                summary.conversation(),
                summary.last().map(last -> opened(link, last)),
                summary.unread(),
                summary.lastSeq(),
                summary.firstSeq(),
                summary.readSeq());
    }

    /** With its body as it came, where the client's key does not open it. */
    private static Message opened(ConversationLink link, Message message) {
        ByteString body = message.isRecalled() ? null : link.open(message.body());
        return body == null ? message : message.withBody(body);
    }

    private static void bounded(long value, long most, String what) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(what + " is not 1 to " + most + ": " + value);
        }
    }
}
