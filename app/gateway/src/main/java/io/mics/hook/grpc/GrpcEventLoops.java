package io.mics.hook.grpc;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.mics.hook.CaFile;
import io.mics.hook.policy.Target;
import java.io.IOException;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;

/** The event loops that move the bytes of all gRPC hooks, and the channels on them. */
final class GrpcEventLoops implements AutoCloseable {
    static {
        // a warning of newer JVMs, for little gain
        if (System.getProperty("io.grpc.netty.shaded.io.netty.noUnsafe") == null) {
            System.setProperty("io.grpc.netty.shaded.io.netty.noUnsafe", "true");
        }
    }

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final int CONNECT_MS = 5_000;

    /** A ping while calls wait and nothing comes: detects a host that vanished, and is no nuisance to any server. */
    private static final long KEEP_ALIVE_SECONDS = 10;

    private static final long KEEP_ALIVE_TIMEOUT_SECONDS = 5;

    /** Shorter than the time after which balancers and address translators forget a silent connection. */
    private static final long IDLE_MINUTES = 2;

    private static final long QUIET_MS = 0;
    private static final long CLOSE_MS = 2_000;

    private final EventLoopGroup loops = new NioEventLoopGroup(
            Math.max(1, Runtime.getRuntime().availableProcessors() / 4), new DefaultThreadFactory("grpc-hooks", true));

    /**
     * A channel to {@code target}; dialled by its first call.
     *
     * @throws IOException says in plain words what is wrong with the target
     */
    ManagedChannel channel(Target.Grpc target) throws IOException {
        URI endpoint = target.endpoint();
        boolean tls = "https".equals(endpoint.getScheme());
        if (endpoint.getHost() == null || !(tls || "http".equals(endpoint.getScheme()))) {
            throw new IOException("an endpoint is http://host:port or https://host:port");
        }
        int port = endpoint.getPort() < 0 ? tls ? HTTPS_PORT : HTTP_PORT : endpoint.getPort();
        NettyChannelBuilder channel = NettyChannelBuilder.forAddress(endpoint.getHost(), port)
                .eventLoopGroup(loops)
                .channelType(NioSocketChannel.class)
                .withOption(ChannelOption.TCP_NODELAY, true)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MS)
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .idleTimeout(IDLE_MINUTES, TimeUnit.MINUTES)
                .proxyDetector(address -> null)
                .disableRetry()
                .disableServiceConfigLookUp()
                .maxInboundMessageSize(GrpcConnection.MAX_ANSWER_BYTES);
        if (tls) {
            SslContextBuilder trust = SslContextBuilder.forClient();
            if (!target.caPath().isEmpty()) {
                trust.trustManager(CaFile.read(target.caPath()).toArray(new X509Certificate[0]));
            }
            channel.sslContext(GrpcSslContexts.configure(trust, SslProvider.JDK).build());
        } else {
            channel.usePlaintext();
        }
        return channel.build();
    }

    @Override
    public void close() {
        loops.shutdownGracefully(QUIET_MS, CLOSE_MS, TimeUnit.MILLISECONDS).awaitUninterruptibly(CLOSE_MS);
    }
}
