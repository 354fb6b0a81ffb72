package io.mics.listener;

import io.helidon.common.concurrency.limits.FixedLimit;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.context.Context;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PlainSocket;
import io.helidon.common.socket.TlsNioSocket;
import io.helidon.common.socket.TlsSocket;
import io.helidon.common.tls.Tls;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.http.media.MediaContext;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.http.DirectHandlers;
import io.mics.concurrent.ErrorReportingExecutor;
import io.mics.observe.Log;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * One port. The server library's own listener ends for good with the first failed accept, all its sessions with it, and
 * leaves sockets open that were reset; so sockets are accepted here and handed to the library's connections. A failed
 * accept, such as for want of descriptors, closes some silent sockets and is tried again; a listening socket that is
 * gone is bound again; where that does not succeed, the process is notified.
 */
public final class Listener implements ListenerContext, AutoCloseable {
    private static final Log LOG = Log.of(Listener.class);
    private static final int BACKLOG = 1024;
    private static final long PAUSE_MIN_MS = 10;
    private static final long PAUSE_MAX_MS = 1_000;
    private static final int REBINDS_MAX = 20;
    private static final Duration GRACE = Duration.ofMillis(500);
    private static final Duration ACCEPTOR_END = Duration.ofSeconds(5);

    private final ListenSettings settings;
    private final Protocol protocol;
    private final PortContext portContext;
    private final OpenSockets sockets = new OpenSockets();
    private final Limit requests = FixedLimit.create();
    private final ExecutorService executor = new ErrorReportingExecutor();
    private final ListenerConfig config;
    private final Context context;
    private final MediaContext media = MediaContext.create();
    private final ContentEncodingContext encodings = ContentEncodingContext.create();
    private final DirectHandlers direct = DirectHandlers.create();
    private final PortContext.Meters meters;
    private final Thread acceptor;
    private final int port;
    /** Milliseconds the acceptor waits after its next failure, at least half of them. */
    private long pause;

    private volatile ServerSocketChannel server;
    private volatile boolean closing;

    private Listener(
            ListenSettings settings, Protocol protocol, PortContext portContext, ServerSocketChannel server, int port) {
        this.settings = settings;
        this.protocol = protocol;
        this.portContext = portContext;
        this.server = server;
        this.port = port;
        this.config = HelidonFeatures.settings()
                .host(settings.host())
                .port(port)
                .maxPayloadSize(settings.bounds().bodyBytes())
                .buildPrototype();
        this.context = Context.builder().id("listener-" + settings.name()).build();
        this.meters = portContext.metersOf(settings.name());
        this.acceptor = Thread.ofPlatform().name("listener-" + settings.name()).unstarted(this::acceptAll);
    }

    /**
     * Starts to listen.
     *
     * @throws PortTakenException when the address cannot be bound
     */
    public static Listener open(ListenSettings settings, Protocol protocol, PortContext portContext) {
        ServerSocketChannel server;
        int port;
        try {
            Descriptors.prepareBlocking();
            server = bind(settings.host(), settings.port());
            port = ((InetSocketAddress) server.getLocalAddress()).getPort();
        } catch (IOException | UnresolvedAddressException e) {
            throw new PortTakenException(settings, e);
        }
        Listener listener = new Listener(settings, protocol, portContext, server, port);
        protocol.router().beforeStart();
        listener.acceptor.start();
        return listener;
    }

    private static ServerSocketChannel bind(String host, int port) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        try {
            server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            return server.bind(new InetSocketAddress(host, port), BACKLOG);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** The port it listens on. */
    public int port() {
        return port;
    }

    /** Whether sockets are accepted: not while a port is bound again, and for good neither closed nor lost. */
    public boolean alive() {
        return acceptor.isAlive() && !closing && server.isOpen();
    }

    /** Why not, in words; empty while sockets are accepted. */
    public Optional<String> notListening() {
        return alive() ? Optional.empty() : Optional.of("the " + settings.name() + " port is not served");
    }

    /** Open sockets. */
    public int connections() {
        return sockets.count();
    }

    /** Closes the listening socket. Called by a test, it is what happens when the system takes that away. */
    void closeServer() {
        try {
            server.close();
        } catch (IOException e) {
            LOG.warn("listener_close_failed", "port", settings.name(), "cause", e.toString());
        }
    }

    private void acceptAll() {
        try {
            while (!closing) {
                try {
                    acceptNext();
                } catch (InterruptedException e) {
                    if (!closing) {
                        // by whom we do not know, and nobody may end what everybody comes in by
                        LOG.warn("acceptor_interrupted", "port", settings.name());
                    }
                }
            }
        } catch (Throwable e) {
            // whatever it is, a node that is deaf must not look alive
            lost(e);
        } finally {
            // the one bound last may be none that close() has seen
            closeServer();
        }
    }

    private void acceptNext() throws IOException, InterruptedException {
        sockets.awaitRoom(bounds().connections());
        try {
            SocketChannel channel = server.accept();
            awaitRoom(channel);
            accepted(channel);
            pause = 0;
        } catch (ClosedChannelException e) {
            if (!closing) {
                bindAgain(e);
            }
        } catch (IOException e) {
            pause = Math.clamp(2 * pause, PAUSE_MIN_MS, PAUSE_MAX_MS);
            failed(e);
        }
    }

    /** What was silent before the socket came may have spoken since; the socket waits until it fits. */
    private void awaitRoom(SocketChannel channel) throws InterruptedException, IOException {
        try {
            meters.silentClosed.add(sockets.takeRoom(bounds().connections()));
        } catch (InterruptedException e) {
            channel.close();
            throw e;
        }
    }

    private void failed(IOException cause) throws InterruptedException {
        int closed = sockets.closeSomeSilent();
        meters.acceptFailures.increment();
        meters.silentClosed.add(closed);
        LOG.warn(
                "accept_failed",
                "port",
                settings.name(),
                "cause",
                String.valueOf(cause.getMessage()),
                "sockets",
                sockets.count(),
                "silent_closed",
                closed,
                "retry_ms",
                pause);
        Thread.sleep(pause);
    }

    private void bindAgain(IOException cause) throws InterruptedException, IOException {
        // an interrupt closes what is accepted from, and would close the next one at once
        boolean interrupted = Thread.interrupted();
        LOG.warn("listener_closed", "port", settings.name(), "cause", cause.toString(), "interrupted", interrupted);
        IOException last = cause;
        for (int attempt = 1; attempt <= REBINDS_MAX && !closing; attempt++) {
            try {
                server = bind(settings.host(), port);
                LOG.info("listener_rebound", "port", settings.name(), "attempts", attempt);
                return;
            } catch (IOException e) {
                last = e;
                Thread.sleep(Math.min(PAUSE_MAX_MS, PAUSE_MIN_MS << attempt));
            }
        }
        if (!closing) {
            throw last;
        }
    }

    private void lost(Throwable cause) {
        if (!closing) {
            LOG.error("listener_lost", cause, "port", settings.name());
            portContext.lost().accept(cause);
        }
    }

    private void accepted(SocketChannel channel) throws IOException {
        OpenSocket socket;
        try {
            if (!(channel.getRemoteAddress() instanceof InetSocketAddress peer)) {
                channel.close();
                return;
            }
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            ClientAddress client = ClientAddress.of(peer, portContext.addresses());
            if (client.dropped()) {
                client.ended();
                channel.close();
                return;
            }
            socket = new OpenSocket(this, channel, client);
        } catch (IOException e) {
            // it was reset before it was looked at
            channel.close();
            return;
        }
        sockets.opened(socket);
        socket.start();
    }

    /** The library's view of a socket; with encryption, before its handshake. */
    HelidonSocket wrap(SocketChannel channel) throws IOException {
        String id = id(channel);
        String own = id(server);
        Optional<Tls> tls = settings.tls();
        if (tls.isEmpty()) {
            // Helidon's NioSocket loses what a full socket buffer does not take of a write
            return PlainSocket.server(channel.socket(), id, own);
        }
        if (settings.nio()) {
            return TlsNioSocket.server(channel, engine(tls.get(), channel), id, own);
        }
        SSLSocket socket =
                (SSLSocket) tls.get().sslContext().getSocketFactory().createSocket(channel.socket(), null, false);
        socket.setHandshakeApplicationProtocolSelector((asking, offered) -> chosen(offered));
        socket.startHandshake();
        return TlsSocket.server(socket, id, own);
    }

    private static String id(Object channel) {
        return "0x" + HexFormat.of().toHexDigits(System.identityHashCode(channel));
    }

    private SSLEngine engine(Tls tls, SocketChannel channel) throws IOException {
        InetSocketAddress peer = (InetSocketAddress) channel.getRemoteAddress();
        SSLEngine engine = tls.sslContext().createSSLEngine(peer.getAddress().getHostAddress(), peer.getPort());
        SSLParameters parameters = tls.sslParameters();
        parameters.setEndpointIdentificationAlgorithm("");
        engine.setSSLParameters(parameters);
        engine.setHandshakeApplicationProtocolSelector((asking, offered) -> chosen(offered));
        return engine;
    }

    /** Of the application protocols a client offers; null, as the interfaces have it, for none. */
    @SuppressWarnings("NullAway")
    private String chosen(List<String> offered) {
        return offered.stream()
                .filter(protocol.selector().supportedApplicationProtocols()::contains)
                .findFirst()
                .orElse(null);
    }

    /** Stops accepting, asks what is connected to end, and closes what has not within a moment. */
    @Override
    public void close() {
        closing = true;
        closeServer();
        acceptor.interrupt();
        try {
            // first, so that no socket is accepted behind what is closed below
            acceptor.join(ACCEPTOR_END);
            endSockets();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.all().forEach(OpenSocket::cut);
        }
        executor.shutdownNow();
        protocol.router().afterStop();
    }

    private void endSockets() throws InterruptedException {
        sockets.all().forEach(socket -> socket.stop(false));
        long until = System.nanoTime() + GRACE.toNanos();
        boolean ended = true;
        for (OpenSocket socket : sockets.all()) {
            ended &= socket.await(until);
        }
        if (!ended) {
            sockets.all().forEach(socket -> socket.stop(true));
        }
    }

    PortContext.Meters meters() {
        return meters;
    }

    String name() {
        return settings.name();
    }

    ListenSettings.Bounds bounds() {
        return settings.bounds();
    }

    Protocol protocol() {
        return protocol;
    }

    PortContext portContext() {
        return portContext;
    }

    OpenSockets sockets() {
        return sockets;
    }

    Limit requests() {
        return requests;
    }

    @Override
    public Context context() {
        return context;
    }

    @Override
    public MediaContext mediaContext() {
        return media;
    }

    @Override
    public ContentEncodingContext contentEncodingContext() {
        return encodings;
    }

    @Override
    public DirectHandlers directHandlers() {
        return direct;
    }

    @Override
    public ListenerConfig config() {
        return config;
    }

    @Override
    public ExecutorService executor() {
        return executor;
    }
}
