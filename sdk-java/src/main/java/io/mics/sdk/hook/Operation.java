package io.mics.sdk.hook;

import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.mics.proto.hook.v1.AuthRequest;
import io.mics.proto.hook.v1.CheckMessageRequest;
import io.mics.proto.hook.v1.GetGroupMembersRequest;
import io.mics.proto.hook.v1.GetOfflineMessagesRequest;
import io.mics.proto.hook.v1.HookMeta;
import io.mics.sdk.sign.Signer;
import io.mics.sdk.sign.Verdict;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One of the four hooks: its path, and how to decode, verify and answer it. */
final class Operation<Q extends Message> {

    interface Check<Q> {
        Verdict verify(Signer signer, Q request);
    }

    interface Call<Q> {
        Message answer(HookHandler handler, Q request) throws Exception;
    }

    interface SecretChoice {
        @Nullable
        String secret(HookSecrets secrets, String tenantId);
    }

    static final List<Operation<?>> ALL = List.of(
            new Operation<>(
                    "/auth",
                    AuthRequest.parser(),
                    AuthRequest::getMeta,
                    HookSecrets::configured,
                    Signer::verify,
                    HookHandler::auth),
            new Operation<>(
                    "/check-message",
                    CheckMessageRequest.parser(),
                    CheckMessageRequest::getMeta,
                    HookSecrets::runtime,
                    Signer::verify,
                    HookHandler::checkMessage),
            new Operation<>(
                    "/get-group-members",
                    GetGroupMembersRequest.parser(),
                    GetGroupMembersRequest::getMeta,
                    HookSecrets::runtime,
                    Signer::verify,
                    HookHandler::getGroupMembers),
            new Operation<>(
                    "/get-offline-messages",
                    GetOfflineMessagesRequest.parser(),
                    GetOfflineMessagesRequest::getMeta,
                    HookSecrets::runtime,
                    Signer::verify,
                    HookHandler::getOfflineMessages));

    final String path;
    private final Parser<Q> parser;
    private final Function<Q, HookMeta> meta;
    private final SecretChoice secretChoice;
    private final Check<Q> check;
    private final Call<Q> call;

    private Operation(
            String path,
            Parser<Q> parser,
            Function<Q, HookMeta> meta,
            SecretChoice secretChoice,
            Check<Q> check,
            Call<Q> call) {
        this.path = path;
        this.parser = DiscardUnknownFieldsParser.wrap(parser);
        this.meta = meta;
        this.secretChoice = secretChoice;
        this.check = check;
        this.call = call;
    }

    /** Decodes, verifies and calls the handler; throws only what the handler throws. */
    Answer answer(byte[] body, HookHandler handler, HookSecrets secrets, Function<String, Signer> signers)
            throws Exception {
        Q request;
        try {
            request = parser.parseFrom(body);
        } catch (InvalidProtocolBufferException e) {
            return new Answer.Refused(400, "not a protobuf request of " + path);
        }
        HookMeta asked = meta.apply(request);
        String secret = secretChoice.secret(secrets, asked.getTenantId());
        if (secret == null) {
            return new Answer.Refused(401, "unknown tenant");
        }
        boolean unsigned = asked.getSign().isEmpty() && !secrets.signRequired(asked.getTenantId());
        if (!secret.isEmpty() && !unsigned) {
            Verdict verdict = check.verify(signers.apply(secret), request);
            if (!verdict.genuine()) {
                return new Answer.Refused(401, verdict instanceof Verdict.Stale ? "stale request" : "bad signature");
            }
        }
        return new Answer.Ok(withMeta(call.answer(handler, request), asked).toByteArray());
    }

    private static Message withMeta(Message response, HookMeta asked) {
        var field = response.getDescriptorForType().findFieldByName("meta");
        return response.hasField(field)
                ? response
                : response.toBuilder()
                        .setField(field, asked.toBuilder().clearSign().build())
                        .build();
    }
}
