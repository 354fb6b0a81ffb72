package io.mics.hook.grpc;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import io.mics.hook.point.FakeHookServer;
import io.mics.testing.Certificates;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A hook server as its author would write it who knows nothing but the table of field numbers. */
public final class WireHookServer implements FakeHookServer {
    private static final String SERVICE = "flare.hooks.v1.HookExtension";
    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new Raw();

    private final Optional<Certificates.Identity> identity;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile Answering answering = call -> Map.of();
    private volatile Optional<byte[]> raw = Optional.empty();
    private volatile Optional<byte[]> health = Optional.empty();
    private volatile Optional<Decoding> decoding = Optional.empty();
    private final int port;
    private Server server;

    public WireHookServer(Optional<Certificates.Identity> identity) throws IOException {
        this.identity = identity;
        this.server = begin(0);
        this.port = server.getPort();
    }

    /** Answers every call of a hook with these bytes from now on. */
    void answerRaw(byte[] bytes) {
        raw = Optional.of(bytes);
    }

    /** Reads a request as generated code does. */
    interface Decoding {
        Object decode(byte[] request) throws IOException;
    }

    /** Is built from another contract from now on: {@code answer} to what it can decode, an error to the rest. */
    void speak(Decoding requests, byte[] answer) {
        decoding = Optional.of(requests);
        raw = Optional.of(answer);
    }

    /** Serves health checks too, after the next start, with these bytes. */
    void serveHealth(byte[] answer) {
        health = Optional.of(answer);
    }

    @Override
    public void answer(Answering to) {
        answering = to;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void stop() {
        server.shutdownNow();
        try {
            server.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void start() throws IOException {
        server = begin(port);
    }

    @Override
    public void close() {
        stop();
        threads.shutdownNow();
    }

    private Server begin(int at) throws IOException {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), at))
                .executor(threads)
                .addService(ServerServiceDefinition.builder(SERVICE)
                        .addMethod(
                                method(SERVICE, "InvokePreSend"),
                                hook("pre-send", FlareWire.PRE_SEND_REQUEST, FlareWire.PRE_SEND_RESPONSE))
                        .addMethod(
                                method(SERVICE, "InvokePostSend"),
                                hook("post-send", FlareWire.POST_SEND_REQUEST, FlareWire.NOTICE_RESPONSE))
                        .addMethod(
                                method(SERVICE, "NotifyDelivery"),
                                hook("delivery", FlareWire.DELIVERY_REQUEST, FlareWire.NOTICE_RESPONSE))
                        .addMethod(
                                method(SERVICE, "NotifyRecall"),
                                hook("recall", FlareWire.RECALL_REQUEST, FlareWire.NOTICE_RESPONSE))
                        .build());
        health.ifPresent(answer -> builder.addService(ServerServiceDefinition.builder("grpc.health.v1.Health")
                .addMethod(method("grpc.health.v1.Health", "Check"), unary((headers, request) -> answer))
                .build()));
        if (identity.isPresent()) {
            Certificates.Identity key = identity.get();
            builder.sslContext(GrpcSslContexts.configure(
                            SslContextBuilder.forServer(
                                    key.certificate().toFile(), key.key().toFile()),
                            SslProvider.JDK)
                    .build());
        }
        return builder.build().start();
    }

    private ServerCallHandler<byte[], byte[]> hook(String point, FlareWire.Message request, FlareWire.Message answer) {
        return unary((headers, bytes) -> {
            if (decoding.isPresent()) {
                return spoken(decoding.get(), point, headers, bytes);
            }
            Map<String, Object> fields = answering.answer(new Call(point, headers, request.decode(bytes)));
            return raw.isPresent() ? raw.get() : answer.encode(fields);
        });
    }

    private byte[] spoken(Decoding by, String point, Map<String, String> headers, byte[] request) throws Exception {
        try {
            Object decoded = by.decode(request);
            answering.answer(new Call(point, headers, Map.of("decoded", decoded)));
        } catch (IOException e) {
            throw Status.INTERNAL
                    .withDescription("Error deserializing request: \"héllo\"")
                    .asException();
        }
        return raw.orElseThrow();
    }

    /** What is done with one request. */
    private interface Handling {
        byte[] answer(Map<String, String> headers, byte[] request) throws Exception;
    }

    private static ServerCallHandler<byte[], byte[]> unary(Handling handling) {
        return (call, metadata) -> {
            call.request(2);
            return new ServerCall.Listener<>() {
                private byte[] request = {};

                @Override
                public void onMessage(byte[] message) {
                    request = message;
                }

                @Override
                public void onHalfClose() {
                    respond(call, metadata, request, handling);
                }
            };
        };
    }

    private static void respond(ServerCall<byte[], byte[]> call, Metadata metadata, byte[] request, Handling handling) {
        try {
            byte[] answer = handling.answer(texts(metadata), request);
            call.sendHeaders(new Metadata());
            call.sendMessage(answer);
            call.close(Status.OK, new Metadata());
        } catch (StatusException e) {
            call.close(e.getStatus(), new Metadata());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            call.close(Status.INTERNAL.withDescription("SECRET " + e), new Metadata());
        }
    }

    private static Map<String, String> texts(Metadata metadata) {
        Map<String, String> all = new HashMap<>();
        for (String name : metadata.keys()) {
            if (!name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
                String value = metadata.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
                all.put(name, value == null ? "" : value);
            }
        }
        return all;
    }

    private static MethodDescriptor<byte[], byte[]> method(String service, String name) {
        return MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(service + "/" + name)
                .setRequestMarshaller(BYTES)
                .setResponseMarshaller(BYTES)
                .build();
    }

    private static final class Raw implements MethodDescriptor.Marshaller<byte[]> {
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
