package io.mics.ws;

import io.mics.concurrent.NodeLoad;
import io.mics.concurrent.PendingWrites;
import io.mics.conversation.CatchUp;
import io.mics.conversation.ConversationSession;
import io.mics.conversation.DurableTenants;
import io.mics.message.Sender;
import io.mics.protocol.CloseCode;
import io.mics.protocol.ConversationRequest;
import io.mics.protocol.Delivery;
import io.mics.protocol.ErrorCode;
import io.mics.protocol.FrameCodec;
import io.mics.protocol.InboundFrame;
import io.mics.protocol.OutboundFrame;
import io.mics.protocol.Payload;
import io.mics.session.Session;
import io.mics.session.stored.StoredProgress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Hands what a device says to the use cases, and their answers to the device. Runs on the reader's thread only. */
final class SessionInput implements FrameSink {
    /** Answers queued before they are written although more input is at hand. */
    private static final int UNFLUSHED_MAX = 32;

    /** How long what a message woke, and its answer, may wait for the rest of the input. */
    private static final long HELD_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Session session;
    private final FrameCodec codec;
    private final ConnectionServices services;
    private final WsConnection connection;
    private final Sender sender;
    private final NodeLoad.Handling handling;
    private final PendingWrites writes;
    /** Of a durable tenant; null for any other. */
    private final @Nullable ConversationSession conversations;

    private int unflushed;
    private long heldSince;
    private boolean ended;

    SessionInput(Session session, ConnectionServices services, WsConnection connection) {
        this.session = session;
        this.codec = session.codec();
        this.services = services;
        this.connection = connection;
        this.handling = services.load().handling(session.tenant().id());
        this.writes = new PendingWrites(services.scheduler(), session.tenant().id(), handling::end);
        this.sender = new Sender(
                session.tenant(),
                session.user(),
                session.device(),
                session.connectionId(),
                session.traceId(),
                writes,
                handling,
                session.recentSends());
        this.conversations = session.tenant().settings().isDurable()
                ? services.conversations()
                        .apply(session.tenant())
                        .map(useCases -> useCases.open(sender, session::send))
                        .orElse(null)
                : null;
        if (conversations != null) {
            session.durable().listen(conversations::stored);
            StoredProgress progress = session.durable().progress();
            if (progress != null) {
                conversations.pushMissed(new Missing(session, progress));
            }
        } else if (session.tenant().settings().isDurable()) {
            session.close(CloseCode.LIMIT_REACHED, DurableTenants.RESTART);
        }
        services.messages().inherit(sender, session.inherited());
    }

    /** A session of a device that does not ask what it missed. */
    private record Missing(Session session, StoredProgress progress) implements CatchUp.Device {
        @Override
        public boolean push(Delivery delivery, long deadlineNanos) {
            return session.sendBacklog(delivery, deadlineNanos);
        }

        @Override
        public boolean isOpen() {
            return session.closing() == null && !session.queue().isClosed();
        }

        @Override
        public void endMissed() {
            session.endMissed();
        }
    }

    /** Whether the connection is over. */
    boolean ended() {
        return ended;
    }

    @Override
    public void message(boolean text, byte[] data, int offset, int length) {
        if (session.closing() != null) {
            return;
        }
        switch (text == codec.text() ? codec.decode(data, offset, length) : codec.wrongKind()) {
            case InboundFrame.Chat chat -> {
                if (conversations == null) {
                    chat(chat);
                } else {
                    durable(conversations, chat);
                }
            }
            case InboundFrame.Ping ping -> {
                beat();
                answer(new OutboundFrame.Pong(System.currentTimeMillis()));
            }
            case InboundFrame.Recall recall -> {
                if (conversations == null) {
                    recall(recall);
                } else {
                    handle(
                            conversations,
                            new ConversationRequest.Recall(
                                    0, recall.msgId(), recall.conversation(), recall.requestId()));
                }
            }
            case InboundFrame.DeliveryAck shown -> {
                session.handled();
                services.deliveryAcks().take(sender, shown).ifPresent(this::answer);
            }
            case InboundFrame.Unreadable unreadable -> answer(unreadable.failure());
            case ConversationRequest request -> {
                if (conversations == null) {
                    services.sessions().ignoredFrame(session.tenant());
                } else {
                    handle(conversations, request);
                }
            }
            case InboundFrame.Unknown unknown -> services.sessions().ignoredFrame(session.tenant());
        }
    }

    private void chat(InboundFrame.Chat chat) {
        if (unflushed == 0) {
            heldSince = System.nanoTime();
        }
        session.handling();
        sender.awaitTurn();
        OutboundFrame.Ack ack = services.messages().send(sender, chat);
        if (ack != null) {
            answer(ack);
        }
        if (session.handled() - heldSince > HELD_NANOS) {
            flush();
        }
    }

    private void durable(ConversationSession own, InboundFrame.Chat chat) {
        session.handling();
        sender.awaitTurn();
        own.send(services.messages().stamped(sender, chat.message()), chat.contentType());
        session.handled();
    }

    private void handle(ConversationSession own, ConversationRequest request) {
        session.handling();
        sender.awaitTurn();
        OutboundFrame answer = own.handle(request);
        if (answer != null) {
            answer(answer);
        }
        session.handled();
    }

    /** The connection has ended: nothing more is acknowledged on it. */
    void end() {
        if (conversations != null) {
            conversations.close();
        }
    }

    private void recall(InboundFrame.Recall recall) {
        session.handling();
        answer(services.recalls().recall(sender, recall));
        session.handled();
        flush();
    }

    @Override
    public void tooLarge() {
        answer(new OutboundFrame.Failure(ErrorCode.TOO_LARGE, "frame too large", ""));
    }

    @Override
    public void ping(byte[] payload) {
        answer(Payload.pong(payload));
    }

    @Override
    public void pong() {
        if (codec.text()) {
            beat();
        }
    }

    private void beat() {
        session.handled();
        services.notifier().heartbeat(session.tenant(), session.user(), session.device(), session.traceId());
    }

    @Override
    public void close() {
        ended = true;
        session.closedByPeer();
    }

    @Override
    public void violation(CloseCode code, String reason) {
        ended = true;
        session.close(code, reason);
    }

    private void answer(OutboundFrame frame) {
        answer(codec.encode(frame));
    }

    private void answer(Payload frame) {
        session.answer(frame);
        if (++unflushed >= UNFLUSHED_MAX) {
            flush();
        }
    }

    /** Writes what waits: for others in their own threads, for this device here. */
    void flush() {
        unflushed = 0;
        writes.start();
        connection.flush(session);
    }
}
