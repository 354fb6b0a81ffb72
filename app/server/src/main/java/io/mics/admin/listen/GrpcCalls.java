package io.mics.admin.listen;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import com.google.protobuf.TextFormat;
import io.grpc.KnownLength;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.mics.hook.grpc.GrpcHookClients;
import io.mics.proto.flare.hooks.v1.DeliveryHookRequest;
import io.mics.proto.flare.hooks.v1.HookInvocationContext;
import io.mics.proto.flare.hooks.v1.PostSendHookRequest;
import io.mics.proto.flare.hooks.v1.PreSendHookRequest;
import io.mics.proto.flare.hooks.v1.PreSendHookResponse;
import io.mics.proto.flare.hooks.v1.RecallHookRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The methods of a hook server, which say yes to everything. */
final class GrpcCalls {
    private static final String SERVICE = "flare.hooks.v1.HookExtension";

    /** Field 1 of every answer is {@code allow} or {@code success}. */
    private static final byte[] YES =
            PreSendHookResponse.newBuilder().setAllow(true).build().toByteArray();

    private final Consumer<ReceivedCall> sink;

    private GrpcCalls(Consumer<ReceivedCall> sink) {
        this.sink = sink;
    }

    /** The service; reports each call to {@code sink}. */
    static ServerServiceDefinition service(Consumer<ReceivedCall> sink) {
        GrpcCalls calls = new GrpcCalls(sink);
        ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(SERVICE);
        calls.add(service, "InvokePreSend", "pre-send", PreSendHookRequest.parser());
        calls.add(service, "InvokePostSend", "post-send", PostSendHookRequest.parser());
        calls.add(service, "NotifyDelivery", "delivery", DeliveryHookRequest.parser());
        calls.add(service, "NotifyRecall", "recall", RecallHookRequest.parser());
        return service.build();
    }

    private void add(
            ServerServiceDefinition.Builder service, String name, String point, Parser<? extends Message> parser) {
        MethodDescriptor<byte[], byte[]> method = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
                .setRequestMarshaller(new Bytes())
                .setResponseMarshaller(new Bytes())
                .build();
        service.addMethod(method, (call, metadata) -> {
            call.request(2); // the one there is, and its end
            return new Answering(call, request -> sink.accept(received(method, point, parser, metadata, request)));
        });
    }

    private static ReceivedCall received(
            MethodDescriptor<byte[], byte[]> method,
            String point,
            Parser<? extends Message> parser,
            Metadata metadata,
            byte[] request) {
        String about = "undecodable";
        String text = "";
        try {
            Message message = parser.parseFrom(request);
            text = TextFormat.printer().printToString(message);
            about = "tenant "
                    + ((HookInvocationContext) message.getField(
                                    message.getDescriptorForType().findFieldByName("context")))
                            .getTenantId();
        } catch (InvalidProtocolBufferException e) {
            about = GrpcHookClients.isProbe(request) ? "a gateway's probe, without a message" : about;
            text = "(no request of " + method.getFullMethodName() + ")";
        }
        List<Map.Entry<String, String>> headers = metadata.keys().stream()
                .filter(name -> !name.endsWith(Metadata.BINARY_HEADER_SUFFIX))
                .map(name -> Map.entry(name, value(metadata, name)))
                .toList();
        return new ReceivedCall("grpc", point, about, method.getFullMethodName(), headers, "not signed", request, text);
    }

    private static String value(Metadata metadata, String name) {
        String value = metadata.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
        return value == null ? "" : value;
    }

    /** One call: received, reported, answered. */
    private static final class Answering extends ServerCall.Listener<byte[]> {
        private final ServerCall<byte[], byte[]> call;
        private final Consumer<byte[]> sink;

        Answering(ServerCall<byte[], byte[]> call, Consumer<byte[]> sink) {
            this.call = call;
            this.sink = sink;
        }

        @Override
        public void onMessage(byte[] request) {
            sink.accept(request);
        }

        @Override
        public void onHalfClose() {
            call.sendHeaders(new Metadata());
            call.sendMessage(YES);
            call.close(Status.OK, new Metadata());
        }
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        /** Exactly what there is: Helidon's stream never says that it has ended. */
        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream instanceof KnownLength ? stream.readNBytes(stream.available()) : stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
