package io.mics.ws;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.mics.concurrent.FatalErrors;
import io.mics.concurrent.LazyLatch;
import io.mics.listener.ClientAddress;
import io.mics.observe.Log;
import io.mics.protocol.CloseCode;
import io.mics.protocol.ConnectDecision;
import io.mics.protocol.Payload;
import io.mics.session.Connection;
import io.mics.session.Session;
import io.mics.session.Sessions;
import io.mics.timer.TimerTask;
import io.mics.timer.TimingWheel;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One socket: its reader runs in {@link #handle} from the start, also while a thread beside it asks who this is; its
 * writer wherever somebody has claimed the session's queue. Whatever ends the reader, the session is cleaned up.
 */
final class WsConnection implements ServerConnection, Connection {
    private static final Log LOG = Log.of(WsConnection.class);
    private static final int JOINED_BYTES = 64 * 1024;
    private static final int READER_WRITES = 4;
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final ThreadFactory WRITERS =
            Thread.ofVirtual().name("connection-writer").factory();

    private final ConnectionContext context;
    private final HelidonSocket socket;
    private final ClientAddress client;
    private final Handshake handshake;
    private final ConnectionServices services;
    private final AtomicBoolean closeFrameBegun = new AtomicBoolean();
    /** The close frame is on the socket, or the socket did not take it. */
    private volatile boolean closeFrameDone;

    private final LazyLatch closeFrameLatch = new LazyLatch();

    private final EarlyInput early;
    private volatile @Nullable Session session;
    private volatile @Nullable Input input;
    /** Decides whether there is a session; nothing once that is known. */
    private volatile @Nullable Thread opener;

    private volatile boolean left;
    /** Ends a refused connection whose peer does not. */
    private volatile TimingWheel.@Nullable Timer linger;

    private volatile long writingSince;

    WsConnection(ConnectionContext context, ClientAddress client, Handshake handshake, ConnectionServices services) {
        this.context = context;
        this.client = client;
        this.socket = context.serverSocket();
        this.handshake = handshake;
        this.services = services;
        this.early = new EarlyInput(services.maxFrameBytes(), services.inbound());
    }

    @Override
    public void handle(Limit limit) {
        Sessions.Acceptance accepted = services.sessions().accepted();
        opener = Thread.ofVirtual().name("session-opener").start(() -> open(accepted));
        CloseCode ended = CloseCode.VANISHED;
        try {
            ended = read();
        } catch (RuntimeException e) {
            ended = failed(e);
        } catch (Error e) {
            // the server library would say nothing of it
            ended = CloseCode.INTERNAL_ERROR;
            LOG.error("connection_failed", e, "traceId", handshake.credentials().traceId());
            FatalErrors.check(e);
            throw e;
        } finally {
            noteLeft();
            awaitOpener();
            early.close();
            TimingWheel.Timer waiting = linger;
            if (waiting != null) {
                waiting.cancel();
            }
            Session own = session;
            try {
                if (own != null) {
                    end(own, ended);
                }
            } finally {
                Input opened = input;
                if (opened != null) {
                    opened.end();
                }
            }
        }
    }

    private void end(Session own, CloseCode ended) {
        services.sessions().ended(own, ended);
        Session.Closing closing = own.closing();
        CloseCode code = closing == null ? ended : closing.code();
        services.notifier().logout(own.tenant(), own.user(), own.device(), own.traceId(), code.code());
    }

    private CloseCode failed(RuntimeException e) {
        if (e instanceof UncheckedIOException) {
            return CloseCode.VANISHED;
        }
        LOG.error("connection_failed", e, "traceId", handshake.credentials().traceId());
        return CloseCode.INTERNAL_ERROR;
    }

    /** Decides whether there is a session, and handles what the peer sent meanwhile. Runs beside the reader. */
    private void open(Sessions.Acceptance acceptance) {
        boolean decided = false;
        try {
            switch (decide(acceptance)) {
                case ConnectDecision.Refused<Session> refused -> {
                    early.refuse();
                    refuse(refused.code(), refused.reason());
                }
                case ConnectDecision.Accepted<Session> accepted -> begin(accepted.result());
            }
            decided = true;
        } catch (RuntimeException e) {
            failed(e);
        } finally {
            if (!decided) {
                // an Error too ends the reader, which cleans up
                abort();
            }
        }
    }

    private void begin(Session opened) {
        session = opened;
        Input first = new Input(opened);
        input = first;
        byte[] buffered = early.take();
        while (buffered != null) {
            first.handle(buffered);
            buffered = early.take();
        }
    }

    private ConnectDecision<Session> decide(Sessions.Acceptance acceptance) {
        Optional<String> limited = client.refusal();
        if (limited.isPresent()) {
            return new ConnectDecision.Refused<>(CloseCode.LIMIT_REACHED, limited.get());
        }
        try {
            ConnectDecision<Session> decision =
                    services.sessions().open(acceptance, handshake.credentials(), handshake.asked(), this);
            if (decision instanceof ConnectDecision.Refused<Session> refused
                    && refused.code() == CloseCode.AUTH_FAILED) {
                client.authFailed();
            }
            return decision;
        } catch (InterruptedException e) {
            return new ConnectDecision.Refused<>(CloseCode.GOING_AWAY, "server stopping");
        } catch (RuntimeException e) {
            LOG.error("connect_failed", e, "traceId", handshake.credentials().traceId());
            return new ConnectDecision.Refused<>(CloseCode.INTERNAL_ERROR, "internal error");
        }
    }

    /** Returns when it is decided whether there is a session; the time-outs of hooks bound it. */
    private void awaitOpener() {
        Thread opening = opener;
        boolean interrupted = false;
        while (opening != null && opening.isAlive()) {
            try {
                opening.join();
            } catch (InterruptedException e) {
                interrupted = true;
                opening.interrupt();
            }
        }
        opener = null;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The peer sends nothing more. */
    private void noteLeft() {
        Thread opening = opener;
        if (!left && session == null && opening != null && opening.isAlive()) {
            services.sessions().leftEarly();
        }
        left = true;
    }

    private CloseCode read() {
        DataReader first = context.dataReader();
        byte[] data = first.available() > 0 ? first.readBytes(first.available()) : socket.get();
        while (data != null && early.buffer(data)) {
            if (early.isClosed()) {
                noteLeft();
            }
            if (early.isFull() || early.isOver()) {
                awaitOpener();
            }
            data = endedEarly() ? null : socket.get();
        }
        if (data != null) {
            awaitOpener();
        }
        Input opened = input;
        if (opened == null) {
            awaitClose(data);
            return CloseCode.VANISHED;
        }
        while (data != null) {
            opened.handle(data);
            data = opened.frames.ended() ? null : socket.get();
        }
        if (opened.frames.ended()) {
            closeFrameLatch.await(() -> closeFrameDone, LINGER_NANOS);
            return CloseCode.NORMAL;
        }
        return CloseCode.VANISHED;
    }

    /** Whether what was buffered, and is handled, ended the session. */
    private boolean endedEarly() {
        Input opened = input;
        return opened != null && opener == null && opened.frames.ended();
    }

    /** What the peer of a session sends, in order: first the opener handles what was buffered, then the reader. */
    private final class Input {
        private final Session own;
        private final SessionInput frames;
        private final FrameReader reader;

        Input(Session own) {
            this.own = own;
            reader = new FrameReader(
                    services.maxFrameBytes(),
                    () -> services.inbound().buffer(own.tenant().id(), this::noRoom));
            frames = new SessionInput(own, services, WsConnection.this);
        }

        void handle(byte[] data) {
            reader.feed(data, 0, data.length, frames);
            if (reader.isUnfinished()) {
                own.arriving(data.length);
            }
            frames.flush();
        }

        private void noRoom() {
            own.close(CloseCode.LIMIT_REACHED, "no room for unfinished messages");
        }

        void end() {
            reader.close();
            frames.end();
        }
    }

    /** Says no; the peer has a moment to read it. */
    private void refuse(CloseCode code, String reason) {
        linger = services.wheel()
                .schedule(
                        now -> {
                            abort();
                            return TimerTask.NEVER;
                        },
                        LINGER_NANOS);
        try {
            socket.write(BufferData.create(FrameWriter.close(code, reason)));
        } catch (RuntimeException e) {
            LOG.debug(
                    "refused_client_disconnected",
                    "traceId",
                    handshake.credentials().traceId());
        }
    }

    private void awaitClose(byte @Nullable [] first) {
        byte[] data = first;
        while (data != null && !early.isOver()) {
            early.inspect(data);
            data = early.isOver() ? null : socket.get();
        }
    }

    @Override
    public void startWriter(Session own) {
        long ready = System.nanoTime();
        Thread writer = WRITERS.newThread(() -> {
            services.load().running(ready);
            write(own, Integer.MAX_VALUE);
        });
        writer.start();
    }

    /** Writes the reader's own answers on its own thread; what keeps coming is left to a writer. */
    void flush(Session own) {
        if (own.queue().claim()) {
            write(own, READER_WRITES);
        }
    }

    private void write(Session own, int batches) {
        try {
            for (int i = 0; i < batches; i++) {
                List<Payload> frames = own.takeFrames(JOINED_BYTES);
                if (frames.isEmpty()) {
                    if (own.queue().isClosed()) {
                        writeCloseFrame(own);
                    }
                    return;
                }
                FrameWriter.parts(frames, JOINED_BYTES).forEach(this::write);
                own.written();
            }
            startWriter(own);
        } catch (RuntimeException e) {
            // the reader finds the socket closed and cleans up
            abort();
        }
    }

    private void write(byte[] bytes) {
        writingSince = System.nanoTime();
        socket.write(BufferData.create(bytes));
        writingSince = 0;
    }

    private void writeCloseFrame(Session own) {
        Session.Closing closing = own.closing();
        if (closing != null && closeFrameBegun.compareAndSet(false, true)) {
            try {
                write(FrameWriter.close(closing.code(), closing.reason()));
            } finally {
                closeFrameDone = true;
                closeFrameLatch.signal();
            }
        }
    }

    @Override
    public long writingSince() {
        return writingSince;
    }

    @Override
    public boolean hasLeft() {
        return left;
    }

    @Override
    public void abort() {
        // closing a TLS socket may block, and the wheel must not
        Thread.ofVirtual().name("connection-close").start(() -> {
            try {
                socket.close();
            } catch (RuntimeException e) {
                LOG.debug("socket_already_closed");
            }
        });
    }

    @Override
    public Duration idleTime() {
        // the heartbeat decides, not the server's idle timeout
        return Duration.ZERO;
    }

    @Override
    public void close(boolean interrupt) {
        Session own = session;
        if (own != null) {
            own.close(CloseCode.GOING_AWAY, "server stopping");
        } else {
            abort();
        }
    }
}
