package io.mics.listener;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.common.socket.SocketWriter;
import io.helidon.http.Headers;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.spi.ServerConnection;
import io.mics.observe.Log;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One accepted socket, from its first byte to its end: what it waits for, until when, and what runs on it. A socket
 * that is late is closed; once it is upgraded nothing is watched here.
 */
public final class OpenSocket implements ConnectionContext, RequestGate.Progress, Timer.Watched, Runnable {
    private static final Log LOG = Log.of(OpenSocket.class);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int LINGER_BYTES = 256 * 1024;

    private enum Phase {
        /** Nothing is asked: the first to be closed when room is short. */
        SILENT,
        /** A request is read or answered. */
        BUSY,
        /** Its protocol has deadlines of its own. */
        UPGRADED,
        /** Something else than HTTP/1.1: the connection says how long it has been idle. */
        OTHER,
        ENDED
    }

    private final Listener listener;
    private final SocketChannel channel;
    private final AtomicBoolean released = new AtomicBoolean();
    private final ClientAddress client;
    private volatile Phase phase = Phase.SILENT;
    private volatile long deadline;
    private volatile long silentSince;
    private volatile @Nullable Wire wire;
    private volatile @Nullable ServerConnection connection;
    private volatile @Nullable Thread thread;
    private volatile @Nullable Runnable watch;
    private boolean served;
    private boolean refused;

    /** The socket in the server library's terms. */
    private record Wire(
            HelidonSocket raw, ClientSocket socket, RequestGate gate, DataReader reader, DataWriter writer) {}

    OpenSocket(Listener listener, SocketChannel channel, ClientAddress client) {
        this.listener = listener;
        this.channel = channel;
        this.client = client;
        this.deadline = System.nanoTime() + listener.bounds().head().toNanos();
    }

    /** The socket behind a connection of ours. */
    public static OpenSocket of(ConnectionContext context) {
        return (OpenSocket) context;
    }

    /** It belongs to another protocol from now on; {@code headers} are those of the request that asked for it. */
    public ClientAddress upgraded(Headers headers) {
        become(Phase.UPGRADED, Long.MAX_VALUE);
        unwatch();
        client.speaksFor(headers);
        return client;
    }

    /** Whom the socket, or a request with these headers on it, comes from. */
    public InetSocketAddress client(Headers headers) {
        return client.address(headers);
    }

    void start() {
        listener.sockets().silent(this);
        watch = listener.portContext().timer().schedule(this, Math.min(LOOK_NANOS, deadline - System.nanoTime()));
        Thread.ofVirtual().name("socket-" + listener.name()).start(this);
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        try {
            serve();
        } catch (CloseConnectionException
                | DataReader.InsufficientDataAvailableException
                | UncheckedIOException
                | IOException
                | InterruptedException e) {
            LOG.debug("connection_ended");
        } catch (RuntimeException e) {
            LOG.error("socket_failed", e, "port", listener.name());
        } finally {
            linger();
            end();
        }
    }

    @SuppressWarnings("UnnecessaryMethodReference") // DataReader says nothing of null, which is the end
    private void serve() throws IOException, InterruptedException {
        boolean http1 = listener.protocol().http1();
        byte[] first = http1 && client.isProxy() ? readProxyHeader() : new byte[0];
        HelidonSocket raw = listener.wrap(channel);
        RequestGate gate = new RequestGate(raw, listener.bounds().bodyBytes(), this);
        gate.unread(first);
        ClientSocket socket = new ClientSocket(raw, gate);
        DataReader reader = DataReader.create(http1 ? gate::get : this::readOther);
        Wire opened = new Wire(raw, socket, gate, reader, SocketWriter.create(socket));
        wire = opened;
        if (released.get()) {
            return;
        }
        if (!http1) {
            // a TLS handshake is done by the first read, and HTTP/2 would write before it
            reader.ensureAvailable();
        }
        ServerConnection serving = listener.protocol().selector().connection(this);
        connection = serving;
        serving.handle(listener.requests());
    }

    private byte @Nullable [] readOther() {
        HelidonSocket raw = wire().raw();
        byte[] data = raw.get();
        if (phase == Phase.SILENT) {
            become(Phase.OTHER, Long.MAX_VALUE);
        }
        return data;
    }

    /** What the proxy says about its client, if it says something; the bytes that are no such header. */
    private byte[] readProxyHeader() throws IOException {
        ProxyHeader header = new ProxyHeader();
        ByteBuffer piece = ByteBuffer.allocate(ProxyHeader.MAX);
        while (true) {
            piece.limit(header.wanted());
            if (channel.read(piece) < 0) {
                throw new IOException("closed before the first byte");
            }
            switch (header.read(piece.array(), piece.position())) {
                case ProxyHeader.Reading.More more -> {}
                case ProxyHeader.Reading.None none -> {
                    return Arrays.copyOf(piece.array(), piece.position());
                }
                case ProxyHeader.Reading.Source source -> {
                    client.proxied(source.address());
                    return new byte[0];
                }
                case ProxyHeader.Reading.Malformed malformed -> {
                    listener.meters().proxyHeaders.increment();
                    throw new IOException("malformed PROXY header");
                }
            }
        }
    }

    @Override
    public void idle() {
        if (phase == Phase.SILENT) {
            return;
        }
        become(Phase.SILENT, System.nanoTime() + listener.bounds().idle().toNanos());
        listener.sockets().silent(this);
        if (released.get()) {
            listener.sockets().spoke(this);
        }
    }

    @Override
    public void head() {
        // the first head counts from when the socket was accepted
        if (served) {
            deadline = System.nanoTime() + listener.bounds().head().toNanos();
        }
    }

    @Override
    public void exchange() {
        served = true;
        become(Phase.BUSY, System.nanoTime() + listener.bounds().exchange().toNanos());
    }

    @Override
    public void refused(int status) {
        refused = true;
        listener.meters().refused(status).increment();
    }

    private void become(Phase next, long until) {
        if (phase == Phase.SILENT && next != Phase.SILENT) {
            listener.sockets().spoke(this);
        }
        deadline = until;
        phase = next;
    }

    @Override
    public long look(long nanos) {
        return switch (phase) {
            case ENDED, UPGRADED -> Timer.NEVER;
            case SILENT, BUSY -> {
                long left = deadline - nanos;
                if (left > 0) {
                    yield Math.min(left, LOOK_NANOS);
                }
                listener.meters().timedOut.increment();
                cut();
                yield Timer.NEVER;
            }
            case OTHER -> {
                ServerConnection serving = connection;
                if (serving != null
                        && serving.idleTime().compareTo(listener.bounds().idle()) > 0) {
                    cut();
                    yield Timer.NEVER;
                }
                yield LOOK_NANOS;
            }
        };
    }

    /** Closes it without a word; never blocks, since even an encrypted socket is only closed below. */
    void cut() {
        release();
        closeChannel();
    }

    /** Where the client may still be sending, its bytes are read for a moment, or it would not get the answer. */
    private void linger() {
        Wire opened = wire;
        boolean answered = opened != null && (refused || opened.gate().unfinished());
        if (!answered || phase == Phase.UPGRADED || phase == Phase.OTHER || released.get()) {
            return;
        }
        become(Phase.BUSY, System.nanoTime() + LINGER_NANOS);
        try {
            channel.shutdownOutput();
            ByteBuffer thrownAway = ByteBuffer.allocate(8 * 1024);
            int total = 0;
            int read = 0;
            while (read >= 0 && total < LINGER_BYTES) {
                total += read;
                thrownAway.clear();
                read = channel.read(thrownAway);
            }
        } catch (IOException e) {
            LOG.debug("client_disconnected");
        }
    }

    private void end() {
        release();
        Wire opened = wire;
        if (opened != null) {
            try {
                opened.raw().close();
            } catch (RuntimeException e) {
                LOG.debug("socket_already_closed");
            }
        }
        // the library's sockets stay open when the client reset them
        closeChannel();
    }

    private void unwatch() {
        Runnable watching = watch;
        if (watching != null) {
            watching.run();
        }
    }

    /** The socket no longer counts, for whatever reason first. */
    private void release() {
        if (released.compareAndSet(false, true)) {
            phase = Phase.ENDED;
            unwatch();
            listener.sockets().ended(this);
            client.ended();
        }
    }

    void closeChannel() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("socket_already_closed");
        }
    }

    /** Asks what runs on it to end. */
    void stop(boolean interrupt) {
        ServerConnection serving = connection;
        if (serving != null) {
            serving.close(interrupt);
        } else {
            cut();
        }
    }

    /** Waits until its thread has ended, at most until {@code nanoTime}. */
    boolean await(long nanoTime) throws InterruptedException {
        Thread running = thread;
        long left = nanoTime - System.nanoTime();
        return running == null || (left > 0 && running.join(Duration.ofNanos(left)));
    }

    void silentSince(long order) {
        silentSince = order;
    }

    long silentSince() {
        return silentSince;
    }

    RequestGate gate() {
        return wire().gate();
    }

    private Wire wire() {
        Wire opened = wire;
        if (opened == null) {
            throw new IllegalStateException("asked before the socket was opened");
        }
        return opened;
    }

    @Override
    public HelidonSocket serverSocket() {
        return wire().socket();
    }

    @Override
    public DataWriter dataWriter() {
        return wire().writer();
    }

    @Override
    public DataReader dataReader() {
        return wire().reader();
    }

    @Override
    public ListenerContext listenerContext() {
        return listener;
    }

    @Override
    public ExecutorService executor() {
        return listener.executor();
    }

    @Override
    public Router router() {
        return listener.protocol().router();
    }

    @Override
    public PeerInfo remotePeer() {
        return new RequestClient.Peer(wire().raw().remotePeer(), client);
    }

    @Override
    public PeerInfo localPeer() {
        return wire().raw().localPeer();
    }

    @Override
    public boolean isSecure() {
        return wire().raw().isSecure();
    }

    @Override
    public String socketId() {
        return wire().raw().socketId();
    }

    @Override
    public String childSocketId() {
        return wire().raw().childSocketId();
    }
}
