package io.mics.routing.grpc;

import io.grpc.ServerServiceDefinition;
import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.tls.Tls;
import io.helidon.common.tls.TlsClientAuth;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.grpc.GrpcConfig;
import io.helidon.webserver.grpc.GrpcProtocolSelector;
import io.helidon.webserver.grpc.GrpcRouting;
import io.helidon.webserver.http2.Http2Config;
import io.helidon.webserver.http2.Http2ConnectionSelector;
import io.mics.routing.MemberCheck;
import io.mics.routing.Peer;
import io.mics.routing.PeerCalls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The node link's port: a listener of its own that speaks gRPC and nothing else, and answers what peers ask. */
public final class GrpcLinkServer implements AutoCloseable {
    private static final int WINDOW = 4 << 20;
    private static final Duration GRACE = Duration.ofMillis(100);

    /** Writes bytes it could not read, which may be messages, to its log; the link is told, and says so itself. */
    private static final Logger TOO_TALKATIVE = Logger.getLogger("io.helidon.webserver.grpc.GrpcProtocolHandler");

    private final WebServer server;
    private final LinkEntrance entrance;

    private GrpcLinkServer(WebServer server, LinkEntrance entrance) {
        this.server = server;
        this.entrance = entrance;
    }

    /**
     * Starts to listen.
     *
     * @param host address to bind
     * @param port 0 takes a free one
     * @param self    this node; before it has joined its cluster, of epoch 0
     * @param members whose calls are answered
     */
    public static GrpcLinkServer start(
            String host, int port, Supplier<Peer> self, LinkSettings settings, MemberCheck members, PeerCalls calls) {
        TOO_TALKATIVE.setLevel(Level.OFF);
        LinkEntrance entrance = new LinkEntrance(self, settings, members, calls);
        Duration idle = settings.silence().multipliedBy(2);
        WebServerConfig.Builder server = WebServer.builder()
                .host(host)
                .port(port)
                .shutdownHook(false)
                .shutdownGracePeriod(GRACE)
                .idleConnectionTimeout(idle)
                .idleConnectionPeriod(settings.silence())
                .connectionOptions(options -> options.tcpNoDelay(true))
                .featuresDiscoverServices(false)
                .protocolsDiscoverServices(false)
                .addConnectionSelector(http2(settings))
                .addRouting(GrpcRouting.builder()
                        .service(ServerServiceDefinition.builder(LinkProtocol.SERVICE)
                                .addMethod(LinkProtocol.LINK, entrance)
                                .build()));
        settings.tls().ifPresent(tls -> server.tls(mutual(tls)));
        entrance.watch();
        return new GrpcLinkServer(server.build().start(), entrance);
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

    /** The port it listens on. */
    public int port() {
        return server.port();
    }

    /** Ends every link, then stops listening. */
    @Override
    public void close() {
        entrance.close();
        server.stop();
    }
}
