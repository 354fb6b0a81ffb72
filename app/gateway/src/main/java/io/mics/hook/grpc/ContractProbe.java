package io.mics.hook.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.mics.concurrent.Deadline;
import io.mics.hook.point.Acknowledged;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.HookResponse.Kind;
import io.mics.hook.policy.Target.Grpc.Contract;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds out whether a server was built from another contract than the configured one. It is sent, for each of the
 * others, a pre-send request that can be decoded under that one contract alone: a server that decodes none of them
 * never gets as far as its hook, and one that decodes one has been found out by a message that is not there.
 */
final class ContractProbe {
    private static final String MARK = "gateway-probe";

    /** As a text it is fine; as a message it is broken from its first byte on, which asks for a wire type 7. */
    private static final Field BROKEN_AS_MESSAGE = bytes(ByteString.copyFromUtf8(MARK));

    private static final Field EMPTY = bytes(ByteString.EMPTY);
    private static final int CONTEXT = 1;
    private static final int DRAFT = 2;

    private ContractProbe() {}

    /** Whether a request that cannot be decoded is one of these. */
    static boolean isOne(byte[] request) {
        return new String(request, StandardCharsets.ISO_8859_1).contains(MARK);
    }

    /** Makes the call. */
    interface Exchange {
        HookResponse<byte[]> call(
                MethodDescriptor<Message, byte[]> method, Message request, Metadata headers, Deadline deadline)
                throws InterruptedException;
    }

    /** Probes; a server whose answers do not show its contract counts as built from the configured one. */
    static HookResponse<Acknowledged> of(Exchange exchange, Contract configured, String endpoint, Deadline deadline)
            throws InterruptedException {
        List<String> understood = new ArrayList<>();
        for (Contract other : Contract.values()) {
            if (other != configured
                    && exchange.call(HookMethods.PRE_SEND, request(other), new Metadata(), deadline)
                            instanceof HookResponse.Answered<byte[]>) {
                understood.add(other.label());
            }
        }
        return understood.size() == 1
                ? new HookResponse.Failed<>(
                        Kind.UNDECODABLE,
                        endpoint + " understands contract " + understood.getFirst() + ", not " + configured.label()
                                + "; set transport.contract")
                : new HookResponse.Answered<>(Acknowledged.ACKNOWLEDGED);
    }

    /** A request that is broken under every contract but this one. */
    static Message request(Contract contract) {
        UnknownFieldSet.Builder context = UnknownFieldSet.newBuilder();
        switch (contract) {
            case FLARE_2025_11_11 -> {
                // texts of 2025-11-11; messages or entries of maps in the others
                context.addField(1, BROKEN_AS_MESSAGE);
                context.addField(4, BROKEN_AS_MESSAGE);
            }
            case FLARE_2025_11_22 -> {
                // a text that is an entry of a map of 2026-03; a number that is a message of 2025-11-11 alone
                context.addField(4, BROKEN_AS_MESSAGE);
                context.addField(8, BROKEN_AS_MESSAGE);
            }
            case FLARE_2026_03 -> {
                // a text that is a message of 2025-11-22; a number that is a message of 2025-11-11 alone
                context.addField(1, BROKEN_AS_MESSAGE);
                context.addField(8, BROKEN_AS_MESSAGE);
            }
        }
        UnknownFieldSet fields = UnknownFieldSet.newBuilder()
                .addField(CONTEXT, bytes(context.build().toByteString()))
                .addField(DRAFT, EMPTY)
                .build();
        return Empty.newBuilder().setUnknownFields(fields).build();
    }

    private static Field bytes(ByteString value) {
        return Field.newBuilder().addLengthDelimited(value).build();
    }
}
