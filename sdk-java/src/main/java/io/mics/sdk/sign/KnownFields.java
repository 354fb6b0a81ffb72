package io.mics.sdk.sign;

import com.google.protobuf.UnknownFieldSet;
import io.mics.proto.hook.v1.AuthRequest;
import io.mics.proto.hook.v1.CheckMessageRequest;
import io.mics.proto.hook.v1.GetGroupMembersRequest;
import io.mics.proto.hook.v1.GetOfflineMessagesRequest;
import io.mics.proto.hook.v1.HookMeta;
import io.mics.proto.hook.v1.MqEvent;
import io.mics.proto.message.v1.MessageRequest;

/**
 * What a signature covers: a request with its sign cleared and every unknown field dropped, {@code meta} always
 * present. Both sides must agree on it, and verifiers in the field re-encode only the fields they know; a client can
 * put unknown fields into its message, so the signing side drops them too.
 */
final class KnownFields {
    private static final UnknownFieldSet NONE = UnknownFieldSet.getDefaultInstance();

    private KnownFields() {}

    static AuthRequest of(AuthRequest request) {
        return request.toBuilder()
                .setMeta(of(request.getMeta()))
                .setUnknownFields(NONE)
                .build();
    }

    static CheckMessageRequest of(CheckMessageRequest request) {
        CheckMessageRequest.Builder known =
                request.toBuilder().setMeta(of(request.getMeta())).setUnknownFields(NONE);
        if (request.hasMessage()) {
            known.setMessage(of(request.getMessage()));
        }
        return known.build();
    }

    static GetGroupMembersRequest of(GetGroupMembersRequest request) {
        return request.toBuilder()
                .setMeta(of(request.getMeta()))
                .setUnknownFields(NONE)
                .build();
    }

    static GetOfflineMessagesRequest of(GetOfflineMessagesRequest request) {
        return request.toBuilder()
                .setMeta(of(request.getMeta()))
                .setUnknownFields(NONE)
                .build();
    }

    static MqEvent of(MqEvent event) {
        return event.toBuilder().clearSign().setUnknownFields(NONE).build();
    }

    private static HookMeta of(HookMeta meta) {
        return meta.toBuilder().clearSign().setUnknownFields(NONE).build();
    }

    private static MessageRequest of(MessageRequest message) {
        if (message.getUnknownFields().equals(NONE)) {
            return message;
        }
        return message.toBuilder().setUnknownFields(NONE).build();
    }
}
