package io.mics.sdk.hook.conformance;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.mics.proto.hook.v1.AuthRequest;
import io.mics.proto.hook.v1.CheckMessageRequest;
import io.mics.proto.hook.v1.GetGroupMembersRequest;
import io.mics.proto.hook.v1.GetOfflineMessagesRequest;
import io.mics.proto.hook.v1.HookMeta;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.sdk.sign.Signer;
import java.util.UUID;

/** Requests like the gateway's, signed, each with ids of its own. */
final class Samples {
    static final int PAGE = 100;

    private final KitSettings settings;

    Samples(KitSettings settings) {
        this.settings = settings;
    }

    AuthRequest auth() {
        return sign(AuthRequest.newBuilder()
                .setMeta(meta())
                .setToken(settings.token())
                .setDeviceId("conformance")
                .build());
    }

    CheckMessageRequest check() {
        return sign(CheckMessageRequest.newBuilder()
                .setMeta(meta())
                .setMessage(MessageRequest.newBuilder()
                        .setTenantId(settings.tenant())
                        .setUserId("u1")
                        .setDeviceId("conformance")
                        .setMsgId(UUID.randomUUID().toString())
                        .setToUserId("u2")
                        .setMsgBody(ByteString.copyFromUtf8("hello from the conformance kit"))
                        .setTimestampMs(System.currentTimeMillis()))
                .build());
    }

    GetGroupMembersRequest members() {
        return sign(GetGroupMembersRequest.newBuilder()
                .setMeta(meta())
                .setGroupId("group-1")
                .build());
    }

    GetOfflineMessagesRequest offline(String cursor) {
        return sign(GetOfflineMessagesRequest.newBuilder()
                .setMeta(meta())
                .setUserId("conformance")
                .setDeviceId("conformance")
                .setMaxMessages(PAGE)
                .setCursor(cursor)
                .build());
    }

    private HookMeta meta() {
        return HookMeta.newBuilder()
                .setTenantId(settings.tenant())
                .setRequestId(UUID.randomUUID().toString())
                .setTimestampMs(System.currentTimeMillis())
                .setTraceId(UUID.randomUUID().toString().replace("-", ""))
                .build();
    }

    static FieldDescriptor meta(Message request) {
        return request.getDescriptorForType().findFieldByName("meta");
    }

    /** The same request made at another time, and signed. */
    Message at(Message request, long timestampMs) {
        HookMeta meta = (HookMeta) request.getField(meta(request));
        return sign(request.toBuilder()
                .setField(
                        meta(request),
                        meta.toBuilder().setTimestampMs(timestampMs).build())
                .build());
    }

    private <M extends Message> M sign(M request) {
        return signed(request, settings.secret());
    }

    /** The request as {@code secret} signs it; an empty one leaves it unsigned. */
    @SuppressWarnings("unchecked") // a builder builds what it was made from
    <M extends Message> M signed(M request, String secret) {
        FieldDescriptor field = meta(request);
        HookMeta unsigned =
                ((HookMeta) request.getField(field)).toBuilder().clearSign().build();
        byte[] payload = request.toBuilder().setField(field, unsigned).build().toByteArray();
        String sign = new Signer(secret).sign(payload, unsigned.getRequestId(), unsigned.getTimestampMs());
        return (M) request.toBuilder()
                .setField(field, unsigned.toBuilder().setSign(sign).build())
                .build();
    }
}
