package io.mics.routing.link;

import io.grpc.ServerServiceDefinition;
import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.tls.Tls;
import io.helidon.common.tls.TlsClientAuth;
import io.helidon.webserver.Router;
import io.helidon.webserver.grpc.GrpcConfig;
import io.helidon.webserver.grpc.GrpcProtocolSelector;
import io.helidon.webserver.grpc.GrpcRouting;
import io.helidon.webserver.http2.Http2Config;
import io.helidon.webserver.http2.Http2ConnectionSelector;
import io.mics.listener.ListenSettings;
import io.mics.listener.Listener;
import io.mics.listener.PortContext;
import io.mics.listener.Protocol;
import io.mics.observe.log.LogSetup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The node link's port: a listener of its own that speaks gRPC and nothing else, and answers what peers ask. */
public final class GrpcLinkServer implements AutoCloseable {
    private static final int WINDOW = 4 << 20;
    private static final int CONNECTIONS_MAX = 1_024;

    /** A node that dials says so at once; its TLS handshake may take a moment. */
    private static final Duration FIRST_BYTES = Duration.ofSeconds(10);

    private static final ListenSettings.Setting SETTING = new ListenSettings.Setting("grpc-port", "GRPC_PORT");

    /** Logs bytes it could not read, which may be messages; the link is notified, and logs that without them. */
    private static final Logger LEAKS_MESSAGES = Logger.getLogger("io.helidon.webserver.grpc.GrpcProtocolHandler");

    private final Listener listener;
    private final LinkAcceptor acceptor;

    private GrpcLinkServer(Listener listener, LinkAcceptor acceptor) {
        this.listener = listener;
        this.acceptor = acceptor;
    }

    /**
     * Starts to listen.
     *
     * @param host address to bind
     * @param port 0 takes a free one
     * @param self    this node; before it has joined its cluster, of epoch 0
     * @param members whose calls are answered
     * @param services what is answered on the same port beside the links
     */
    public static GrpcLinkServer start(
            String host,
            int port,
            Supplier<Peer> self,
            LinkSettings settings,
            MemberCheck members,
            PeerRequests requests,
            List<ServerServiceDefinition> services,
            PortContext portContext) {
        LogSetup.quiet(LEAKS_MESSAGES, Level.OFF);
        LinkAcceptor acceptor = new LinkAcceptor(self, settings, members, requests);
        GrpcRouting.Builder routing = GrpcRouting.builder()
                .service(ServerServiceDefinition.builder(LinkProtocol.SERVICE)
                        .addMethod(LinkProtocol.LINK, acceptor)
                        .build());
        services.forEach(routing::service);
        Router router = Router.builder().addRouting(routing).build();
        Duration idle = settings.silence().multipliedBy(2);
        ListenSettings.Bounds bounds =
                new ListenSettings.Bounds(CONNECTIONS_MAX, FIRST_BYTES, idle, idle, settings.largestMessage());
        ListenSettings listen = new ListenSettings(
                "link", host, port, SETTING, bounds, true, settings.tls().map(GrpcLinkServer::mutual));
        Listener listener = Listener.open(listen, Protocol.other(http2(settings), router), portContext);
        acceptor.watch();
        return new GrpcLinkServer(listener, acceptor);
    }

    private static Http2ConnectionSelector http2(LinkSettings settings) {
        return Http2ConnectionSelector.builder()
                .http2Config(Http2Config.builder()
                        .initialWindowSize(WINDOW)
                        .flowControlTimeout(settings.silence())
                        .build())
                .addSubProtocolSelector(GrpcProtocolSelector.create(GrpcConfig.builder()
                        .enableCompression(false)
                        .maxReadBufferSize(settings.largestMessage())
                        .build()))
                .build();
    }

    /** Needs the listener's NIO sockets: the others never ask a client for its certificate. */
    private static Tls mutual(LinkSettings.Tls tls) {
        Keys own = Keys.builder()
                .pem(pem -> pem.key(resource(tls.key())).certChain(resource(tls.certificate())))
                .build();
        Keys trust = Keys.builder()
                .pem(pem -> pem.certificates(resource(tls.trust())))
                .build();
        return Tls.builder()
                .privateKey(own)
                .privateKeyCertChain(own)
                .trust(trust)
                .clientAuth(TlsClientAuth.REQUIRED)
                .addApplicationProtocol("h2")
                .build();
    }

    private static Resource resource(Path file) {
        return Resource.create(file);
    }

    /** Why peers cannot connect; empty while they can. */
    public Optional<String> notListening() {
        return listener.notListening();
    }

    /** The port it listens on. */
    public int port() {
        return listener.port();
    }

    /** Ends every link, then stops listening. */
    @Override
    public void close() {
        acceptor.close();
        listener.close();
    }
}
