package io.mics.routing.link;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Makes connections to peers: one channel each, on event loops of our own, plain or with mutual TLS. */
public final class LinkChannels implements AutoCloseable {
    static {
        // a warning of newer JVMs, for little gain
        if (System.getProperty("io.grpc.netty.shaded.io.netty.noUnsafe") == null) {
            System.setProperty("io.grpc.netty.shaded.io.netty.noUnsafe", "true");
        }
    }

    private static final int WINDOW = 4 << 20;
    private static final long QUIET_MS = 0;
    private static final long CLOSE_MS = 2_000;

    private final LinkSettings settings;
    private final int largestMessage;
    private final Optional<SslContext> tls;
    private final EventLoopGroup loops = new NioEventLoopGroup(
            Math.max(1, Runtime.getRuntime().availableProcessors() / 4), new DefaultThreadFactory("mics-links", true));

    /** Connections of links. */
    LinkChannels(LinkSettings settings) {
        this(settings, settings.largestMessage());
    }

    /** Connections on which no more than {@code largestMessage} bytes come at once. */
    public LinkChannels(LinkSettings settings, int largestMessage) {
        this.settings = settings;
        this.largestMessage = largestMessage;
        this.tls = settings.tls().map(LinkChannels::context);
    }

    /** A connection to {@code endpoint}, whose name is resolved now; dialled by its first call. */
    public ManagedChannel to(String endpoint) {
        int colon = endpoint.lastIndexOf(':');
        String host = endpoint.substring(0, colon).replaceAll("[\\[\\]]", "");
        int port = Integer.parseInt(endpoint.substring(colon + 1));
        NettyChannelBuilder channel = NettyChannelBuilder.forAddress(new InetSocketAddress(host, port))
                .eventLoopGroup(loops)
                .channelType(NioSocketChannel.class)
                .withOption(ChannelOption.TCP_NODELAY, true)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        settings.silence().toMillis())
                .directExecutor()
                .disableRetry()
                .disableServiceConfigLookUp()
                .flowControlWindow(WINDOW)
                .maxInboundMessageSize(largestMessage);
        tls.ifPresentOrElse(channel::sslContext, channel::usePlaintext);
        return channel.build();
    }

    private static SslContext context(LinkSettings.Tls tls) {
        try {
            SslContextBuilder builder = SslContextBuilder.forClient()
                    .keyManager(tls.certificate().toFile(), tls.key().toFile())
                    .trustManager(tls.trust().toFile());
            return GrpcSslContexts.configure(builder, SslProvider.JDK).build();
        } catch (IOException e) {
            throw new UncheckedIOException("the TLS files of the node links", e);
        }
    }

    @Override
    public void close() {
        loops.shutdownGracefully(QUIET_MS, CLOSE_MS, TimeUnit.MILLISECONDS).awaitUninterruptibly(CLOSE_MS);
    }
}
