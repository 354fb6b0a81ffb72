package io.mics.hook.grpc;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;
import io.mics.hook.point.DeliveryRequest;
import io.mics.hook.point.HookRequest;
import io.mics.hook.point.PostSendRequest;
import io.mics.hook.point.PreSendRequest;
import io.mics.hook.point.RecallRequest;
import io.mics.proto.flare.hooks.v1.PreSendHookRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * The methods of a hook server, written by hand so that {@code proto} needs no gRPC. Answers stay bytes, to be decoded
 * by whoever can say which hook sent nonsense.
 */
final class HookMethods {
    private static final String SERVICE = "flare.hooks.v1.HookExtension";
    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new Bytes();

    /** Writes a request of any contract. It never reads one, so it matters not which one it is made of. */
    private static final MethodDescriptor.Marshaller<Message> REQUESTS =
            ProtoUtils.marshaller((Message) PreSendHookRequest.getDefaultInstance());

    static final MethodDescriptor<Message, byte[]> PRE_SEND = method("InvokePreSend");
    static final MethodDescriptor<Message, byte[]> POST_SEND = method("InvokePostSend");
    static final MethodDescriptor<Message, byte[]> DELIVERY = method("NotifyDelivery");
    static final MethodDescriptor<Message, byte[]> RECALL = method("NotifyRecall");

    /** The health of a whole server; both messages of it are bytes, and an empty request asks. */
    static final MethodDescriptor<byte[], byte[]> HEALTH = MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(MethodDescriptor.generateFullMethodName("grpc.health.v1.Health", "Check"))
            .setRequestMarshaller(BYTES)
            .setResponseMarshaller(BYTES)
            .build();

    private HookMethods() {}

    /** The method that carries a request. */
    static MethodDescriptor<Message, byte[]> of(HookRequest.OfMessage<?> request) {
        return switch (request) {
            case PreSendRequest asked -> PRE_SEND;
            case PostSendRequest sent -> POST_SEND;
            case DeliveryRequest delivered -> DELIVERY;
            case RecallRequest<?> recalled -> RECALL;
        };
    }

    private static MethodDescriptor<Message, byte[]> method(String name) {
        return MethodDescriptor.<Message, byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
                .setRequestMarshaller(REQUESTS)
                .setResponseMarshaller(BYTES)
                .build();
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
