package io.mics.routing.link;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.grpc.CallCredentials;
import io.grpc.KnownLength;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;
import io.mics.proto.node.v1.LinkHello;
import io.mics.proto.node.v1.LinkRequest;
import io.mics.proto.node.v1.LinkResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.concurrent.Executor;

/** What both ends of a link agree on: the method, its metadata, versions and sizes. */
public final class LinkProtocol {
    /** Links of another version are refused. */
    static final int VERSION = 1;

    /** Bytes of calls or answers joined into one message, unless one alone is larger. */
    static final int BATCH_BYTES = 512 << 10;

    /** Bytes a message may have beyond the calls or answers in it. */
    static final int MESSAGE_OVERHEAD = 64 << 10;

    /** Intervals without a sign of life after which the other end counts as dead. */
    static final int MISSED_HEARTBEATS = 3;

    static final Metadata.Key<String> TOKEN = Metadata.Key.of("x-mics-node-token", Metadata.ASCII_STRING_MARSHALLER);

    private static final LinkRequest UNREADABLE = LinkRequest.newBuilder().buildPartial();

    private static final LinkResponse UNREADABLE_RESPONSE =
            LinkResponse.newBuilder().buildPartial();

    static final String SERVICE = "mics.node.v1.NodeLinkService";

    /** Written by hand, so that only this package depends on gRPC. */
    static final MethodDescriptor<LinkRequest, LinkResponse> LINK =
            MethodDescriptor.<LinkRequest, LinkResponse>newBuilder()
                    .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                    .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Link"))
                    .setRequestMarshaller(marshaller(LinkRequest.parser(), UNREADABLE))
                    .setResponseMarshaller(marshaller(LinkResponse.parser(), UNREADABLE_RESPONSE))
                    .build();

    private LinkProtocol() {}

    /** Reads what Helidon received; bytes that are no message are read as {@code unreadable}, which is no error. */
    public static <T extends Message> MethodDescriptor.Marshaller<T> marshaller(Parser<T> parser, T unreadable) {
        return new Codec<>(parser, unreadable);
    }

    /** The cluster's token, which whoever calls shows; empty where certificates are enough. */
    public static final class Token {
        private final byte[] expected;

        public Token(String token) {
            expected = token.getBytes(StandardCharsets.UTF_8);
        }

        /** Whether a call may be answered. */
        public boolean isShown(Metadata metadata) {
            String shown = metadata.get(TOKEN);
            return expected.length == 0
                    || (shown != null && MessageDigest.isEqual(expected, shown.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** Shows the cluster's token with a call. */
    public static final class TokenCredentials extends CallCredentials {
        private final Metadata shown = new Metadata();

        public TokenCredentials(String token) {
            shown.put(TOKEN, token);
        }

        @Override
        public void applyRequestMetadata(RequestInfo request, Executor executor, MetadataApplier applier) {
            applier.apply(shown);
        }
    }

    /** Whether this stands for bytes that were no request. */
    @SuppressWarnings("ReferenceEquality") // an empty request is equal, and none
    static boolean isUnreadable(LinkRequest request) {
        return request == UNREADABLE;
    }

    /** Whether this stands for bytes that were no response. */
    @SuppressWarnings("ReferenceEquality") // an empty response is equal, and none
    static boolean isUnreadable(LinkResponse response) {
        return response == UNREADABLE_RESPONSE;
    }

    /** How {@code self} introduces itself. */
    static LinkHello hello(Peer self, long askedEpoch) {
        return LinkHello.newBuilder()
                .setAskedEpoch(askedEpoch)
                .setProtocolVersion(VERSION)
                .setNodeId(self.node())
                .setEpoch(self.epoch())
                .setEndpoint(self.endpoint())
                .build();
    }

    /** Who a hello is from. */
    static Peer peer(LinkHello hello) {
        return new Peer(hello.getNodeId(), hello.getEpoch(), hello.getEndpoint());
    }

    /** Never throws on bytes it cannot read: Helidon would write them, messages and all, to the log. */
    private static final class Codec<T extends Message> implements MethodDescriptor.Marshaller<T> {
        private final MethodDescriptor.Marshaller<T> writer;
        private final Parser<T> parser;
        private final T unreadable;

        @SuppressWarnings("unchecked") // a message's default instance is of its class
        Codec(Parser<T> parser, T unreadable) {
            this.writer = ProtoUtils.marshaller((T) unreadable.getDefaultInstanceForType());
            this.parser = parser;
            this.unreadable = unreadable;
        }

        @Override
        public InputStream stream(T value) {
            return writer.stream(value);
        }

        @Override
        public T parse(InputStream bytes) {
            try {
                return parser.parseFrom(read(bytes));
            } catch (IOException e) {
                return unreadable;
            }
        }

        /** Exactly what there is: Helidon's stream never says that it has ended. */
        private static byte[] read(InputStream bytes) throws IOException {
            return bytes instanceof KnownLength ? bytes.readNBytes(bytes.available()) : bytes.readAllBytes();
        }
    }
}
