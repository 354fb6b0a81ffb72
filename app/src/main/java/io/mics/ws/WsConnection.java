package io.mics.ws;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.mics.observe.Log;
import io.mics.protocol.CloseCode;
import io.mics.protocol.Payload;
import io.mics.session.Connection;
import io.mics.session.Session;
import io.mics.session.Sessions;
import io.mics.session.Timed;
import io.mics.session.TimingWheel;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One socket: its reader runs in {@link #handle}, its writer wherever somebody has claimed the session's queue.
 * Whatever ends the reader, the session is cleaned up.
 */
final class WsConnection implements ServerConnection, Connection {
    private static final Log LOG = Log.of(WsConnection.class);
    private static final int JOINED_BYTES = 64 * 1024;
    private static final int READER_WRITES = 4;
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ConnectionContext context;
    private final HelidonSocket socket;
    private final Handshake handshake;
    private final Gateway gateway;
    private final AtomicBoolean goodbye = new AtomicBoolean();
    /** The close frame is on the socket, or the socket did not take it. */
    private volatile boolean saidGoodbye;

    private volatile @Nullable Session session;
    private volatile long writingSince;

    WsConnection(ConnectionContext context, Handshake handshake, Gateway gateway) {
        this.context = context;
        this.socket = context.serverSocket();
        this.handshake = handshake;
        this.gateway = gateway;
    }

    @Override
    public void handle(Limit limit) {
        switch (open()) {
            case Sessions.Opening.Refused refused -> refuse(refused.code(), refused.reason());
            case Sessions.Opening.Opened opened -> {
                CloseCode ended = CloseCode.VANISHED;
                try {
                    ended = read(opened.session());
                } catch (RuntimeException e) {
                    ended = e instanceof UncheckedIOException ? CloseCode.VANISHED : CloseCode.INTERNAL_ERROR;
                    if (ended == CloseCode.INTERNAL_ERROR) {
                        LOG.error(
                                "connection failed",
                                e,
                                "traceId",
                                opened.session().traceId());
                    }
                } finally {
                    gateway.sessions().ended(opened.session(), ended);
                }
            }
        }
    }

    private Sessions.Opening open() {
        try {
            return gateway.sessions().open(handshake.credentials(), handshake.origin(), handshake.json(), this);
        } catch (InterruptedException e) {
            return new Sessions.Opening.Refused(CloseCode.GOING_AWAY, "server stopping");
        } catch (RuntimeException e) {
            LOG.error("connect failed", e, "traceId", handshake.credentials().traceId());
            return new Sessions.Opening.Refused(CloseCode.INTERNAL_ERROR, "internal error");
        }
    }

    private CloseCode read(Session opened) {
        session = opened;
        SessionInput input = new SessionInput(opened, gateway, this);
        FrameReader frames = new FrameReader(gateway.maxFrameBytes());
        DataReader first = context.dataReader();
        byte[] data = first.available() > 0 ? first.readBytes(first.available()) : socket.get();
        while (data != null) {
            frames.feed(data, 0, data.length, input);
            if (frames.isUnfinished()) {
                opened.arriving(data.length);
            }
            input.flush();
            if (input.ended()) {
                awaitGoodbye();
                return CloseCode.NORMAL;
            }
            data = socket.get();
        }
        return CloseCode.VANISHED;
    }

    /** Says no, and gives the peer a moment to read it. */
    private void refuse(CloseCode code, String reason) {
        TimingWheel.Timer linger = gateway.wheel()
                .schedule(
                        now -> {
                            abort();
                            return Timed.NEVER;
                        },
                        LINGER_NANOS);
        try {
            socket.write(BufferData.create(FrameWriter.close(code, reason)));
            FrameReader frames = new FrameReader(gateway.maxFrameBytes());
            AwaitClose close = new AwaitClose();
            byte[] data = socket.get();
            while (data != null && !close.seen()) {
                frames.feed(data, 0, data.length, close);
                data = close.seen() ? null : socket.get();
            }
        } catch (RuntimeException e) {
            LOG.debug("refused peer is gone", "traceId", handshake.credentials().traceId());
        } finally {
            linger.cancel();
        }
    }

    @Override
    public void startWriter(Session own) {
        Thread.startVirtualThread(() -> write(own, Integer.MAX_VALUE));
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
                        sayGoodbye(own);
                    }
                    return;
                }
                write(FrameWriter.join(frames));
                own.queue().written();
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

    private void sayGoodbye(Session own) {
        Session.Closing closing = own.closing();
        if (closing != null && goodbye.compareAndSet(false, true)) {
            try {
                write(FrameWriter.close(closing.code(), closing.reason()));
            } finally {
                saidGoodbye = true;
            }
        }
    }

    private void awaitGoodbye() {
        long deadline = System.nanoTime() + LINGER_NANOS;
        while (!saidGoodbye && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    @Override
    public long writingSince() {
        return writingSince;
    }

    @Override
    public void abort() {
        // closing a TLS socket may block, and the wheel must not
        Thread.startVirtualThread(() -> {
            try {
                socket.close();
            } catch (RuntimeException e) {
                LOG.debug("socket already closed");
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
