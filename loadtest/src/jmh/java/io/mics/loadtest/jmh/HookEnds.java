package io.mics.loadtest.jmh;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.mics.concurrent.CircuitBreaker;
import io.mics.hook.grpc.GrpcHookClients;
import io.mics.hook.local.PluginClient;
import io.mics.hook.local.PluginFolder;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.PreSendRequest;
import io.mics.hook.policy.HookClientFactory;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.HookPolicy;
import io.mics.hook.policy.Match;
import io.mics.hook.policy.MatchInput;
import io.mics.hook.policy.Retry;
import io.mics.hook.policy.Rollout;
import io.mics.hook.policy.SemanticVersion;
import io.mics.hook.policy.Target;
import io.mics.hook.registry.BoundHook;
import io.mics.hook.registry.HookExecution;
import io.mics.hook.registry.HookRegistry;
import io.mics.hook.webhook.Egress;
import io.mics.hook.webhook.WebhookClients;
import io.mics.httpclient.HttpClient;
import io.mics.sdk.hook.WebhookReceiver;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.tenant.BackendSettings.OnFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;

/** Far ends in this process that say yes at once, or never, and a registry of hooks that reaches them. */
final class HookEnds implements HookClientFactory, AutoCloseable {
    private static final String SECRET = "hook-secret";

    /** {@code PreSendHookResponse} with {@code allow} set. */
    private static final byte[] YES = {0x08, 0x01};

    private static final MethodDescriptor<byte[], byte[]> PRE_SEND = MethodDescriptor.<byte[], byte[]>newBuilder(
                    new Bytes(), new Bytes())
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("flare.hooks.v1.HookExtension/InvokePreSend")
            .build();
    private static final MessageDraft DRAFT = new MessageDraft(
            "m1", "c1", "single:u1:u2", "x".repeat(128).getBytes(StandardCharsets.UTF_8), Map.of(), Map.of());

    private final Server grpc;
    private final WebhookReceiver http;
    private final ServerSocket silent;
    private final ManagedChannel channel;
    private final GrpcHookClients grpcClients = new GrpcHookClients();
    private final HttpClient outgoing = HttpClient.ofDefaults();
    private final HookClientFactory webhooks = new WebhookClients(outgoing, () -> Egress.DEFAULT);
    private final HookClientFactory plugins = PluginClient.factory(
            new PluginFolder(Path.of(Objects.requireNonNull(System.getProperty("plugins"), "-Dplugins="))), 1 << 20);
    private final HookRegistry registry = new HookRegistry(this, new Nobody());

    HookEnds() {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try {
            grpc = NettyServerBuilder.forAddress(any)
                    .directExecutor()
                    .addService(ServerServiceDefinition.builder("flare.hooks.v1.HookExtension")
                            .addMethod(PRE_SEND, ServerCalls.asyncUnaryCall((request, answer) -> {
                                answer.onNext(YES);
                                answer.onCompleted();
                            }))
                            .build())
                    .build()
                    .start();
            http = WebhookReceiver.builder()
                    .address(any)
                    .secrets(SECRET)
                    .preSend((context, draft) -> new HookResult.Continue(draft))
                    .start();
            silent = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        channel = NettyChannelBuilder.forAddress("127.0.0.1", grpc.getPort())
                .usePlaintext()
                .build();
    }

    /** The plugin that is packed as an example, on a thread of its own or on its {@code caller}'s. */
    static Target plugin(String thread) {
        return new Target.Local(
                "io.mics.sdk.plugin.example.BlockedWords", Map.of("words", "spam, scam", PluginClient.THREAD, thread));
    }

    Target grpc() {
        return new Target.Grpc(URI.create("http://127.0.0.1:" + grpc.getPort()), "");
    }

    Target webhook() {
        return new Target.Webhook(
                URI.create("http://127.0.0.1:" + http.port() + "/hook"),
                List.of(SECRET),
                Target.Webhook.Signature.TIMESTAMPED,
                "");
    }

    /** Takes connections and never says a word. */
    Target blackHole() {
        return new Target.Grpc(URI.create("http://127.0.0.1:" + silent.getLocalPort()), "");
    }

    /** Puts hooks in force, one for each tenant; no breaker ever opens, and a call of a black hole takes a second. */
    void hooks(Map<String, Target> byTenant) {
        registry.apply(byTenant.entrySet().stream()
                .map(entry -> hook(entry.getKey(), entry.getValue()))
                .toList());
    }

    private HookDefinition hook(String tenant, Target target) {
        return new HookDefinition(
                HookPoint.PRE_SEND,
                "of-" + tenant,
                SemanticVersion.FIRST,
                0,
                new Match(Set.of(tenant), Set.of(), Set.of(), Set.of()),
                Rollout.ALL,
                HookDefinition.Mode.ENFORCE,
                target,
                new HookPolicy(
                        target.equals(blackHole()) ? Duration.ofSeconds(1) : HookPolicy.DEFAULTS.timeout(),
                        100,
                        0,
                        OnFailure.ALLOW,
                        CircuitBreaker.Rules.ofShares(1, Duration.ZERO, 1, 100, Duration.ofSeconds(5))),
                Retry.DEFAULTS,
                HookDefinition.Guarantee.AT_LEAST_ONCE);
    }

    /** One message of 128 bytes past a tenant's hook, through everything that protects it. */
    HookResponse<HookResult> call(String tenant) throws InterruptedException {
        BoundHook link = registry.boundHooks(HookPoint.PRE_SEND, new MatchInput(tenant, "", "single", "text", "u1"))
                .getFirst();
        return link.call(
                new HookContext(
                        tenant,
                        "",
                        "single:u1:u2",
                        "single",
                        "text",
                        "u1",
                        "d1",
                        "0".repeat(32),
                        "key",
                        1,
                        Instant.now(),
                        Map.of(),
                        Map.of()),
                new PreSendRequest(DRAFT));
    }

    /** The same bytes to the same gRPC server, with nothing of the gateway around the call. */
    byte[] bareCall() {
        return ClientCalls.blockingUnaryCall((Channel) channel, PRE_SEND, CallOptions.DEFAULT, DRAFT.payload());
    }

    @Override
    public HookClient open(HookDefinition definition) {
        HookClientFactory factory = switch (definition.target()) {
            case Target.Grpc target -> grpcClients;
            case Target.Webhook target -> webhooks;
            case Target.Local target -> plugins;
            case Target.MicsHttp target -> throw new IllegalArgumentException(target.baseUrl());
        };
        return factory.open(definition);
    }

    @Override
    public void close() throws IOException {
        registry.close();
        outgoing.close();
        grpcClients.close();
        channel.shutdownNow();
        grpc.shutdownNow();
        http.close();
        silent.close();
    }

    private static final class Nobody implements HookExecution.Sink {
        @Override
        public void executed(HookExecution execution) {}

        @Override
        public void logged(String tenant, String messageId, String messageType, String traceId) {}

        @Override
        public void registered(String tenant, String hook, LongSupplier circuit) {}

        @Override
        public void rolledBack(String tenant, HookDefinition version, String cause) {}
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
