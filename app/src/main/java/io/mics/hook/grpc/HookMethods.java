package io.mics.hook.grpc;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;
import io.mics.proto.flare.hooks.v1.DeliveryHookRequest;
import io.mics.proto.flare.hooks.v1.PostSendHookRequest;
import io.mics.proto.flare.hooks.v1.PreSendHookRequest;
import io.mics.proto.flare.hooks.v1.RecallHookRequest;
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

    static final MethodDescriptor<PreSendHookRequest, byte[]> PRE_SEND =
            method("InvokePreSend", PreSendHookRequest.getDefaultInstance());

    static final MethodDescriptor<PostSendHookRequest, byte[]> POST_SEND =
            method("InvokePostSend", PostSendHookRequest.getDefaultInstance());

    static final MethodDescriptor<DeliveryHookRequest, byte[]> DELIVERY =
            method("NotifyDelivery", DeliveryHookRequest.getDefaultInstance());

    static final MethodDescriptor<RecallHookRequest, byte[]> RECALL =
            method("NotifyRecall", RecallHookRequest.getDefaultInstance());

    /** The health of a whole server; both messages of it are bytes, and an empty request asks. */
    static final MethodDescriptor<byte[], byte[]> HEALTH = MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(MethodDescriptor.generateFullMethodName("grpc.health.v1.Health", "Check"))
            .setRequestMarshaller(BYTES)
            .setResponseMarshaller(BYTES)
            .build();

    private HookMethods() {}

    private static <T extends Message> MethodDescriptor<T, byte[]> method(String name, T prototype) {
        return MethodDescriptor.<T, byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
                .setRequestMarshaller(ProtoUtils.marshaller(prototype))
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
