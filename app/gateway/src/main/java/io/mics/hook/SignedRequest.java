package io.mics.hook;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.mics.proto.hook.v1.CheckMessageResponse;
import io.mics.proto.hook.v1.HookMeta;
import io.mics.sdk.sign.Signer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The request of one call; used by one thread. */
final class SignedRequest implements BackendRequest {
    /** The tag of {@code meta}, which is the first field of every answer. */
    private static final int META = CheckMessageResponse.META_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;

    private final BackendCall call;
    private final boolean learned;
    private final Signer signer;
    private BackendCall.@Nullable Encoded encoded;

    SignedRequest(BackendCall call, boolean learned, Signer signer) {
        this.call = call;
        this.learned = learned;
        this.signer = signer;
    }

    @Override
    public String tenant() {
        return call.tenant();
    }

    @Override
    public boolean learned() {
        return learned;
    }

    @Override
    public byte[] get() {
        return encoded().bytes();
    }

    private BackendCall.Encoded encoded() {
        BackendCall.Encoded known = encoded;
        if (known == null) {
            known = call.encoded(signer);
            encoded = known;
        }
        return known;
    }

    @Override
    public boolean isAnsweredBy(byte[] answer) {
        String named = requestId(answer);
        return named.isEmpty() || named.equals(encoded().id());
    }

    /** The id in the {@code meta} of an answer; empty when there is none, or when the answer cannot be read. */
    private static String requestId(byte[] answer) {
        String id = "";
        CodedInputStream in = CodedInputStream.newInstance(answer);
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == META) {
                    id = HookMeta.parseFrom(in.readByteBuffer()).getRequestId();
                    if (!id.isEmpty()) {
                        return id;
                    }
                } else if (!in.skipField(tag)) {
                    return id;
                }
            }
        } catch (IOException e) {
            return id; // whoever decodes it says so
        }
        return id;
    }
}
