package io.mics.admin.listen;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.mics.hook.BackendOperation;
import io.mics.proto.hook.v1.AuthRequest;
import io.mics.proto.hook.v1.CheckMessageRequest;
import io.mics.proto.hook.v1.GetGroupMembersRequest;
import io.mics.proto.hook.v1.GetOfflineMessagesRequest;
import io.mics.proto.hook.v1.HookMeta;
import io.mics.sdk.sign.HookSignature;
import io.mics.sdk.sign.Verdict;
import io.mics.sdk.sign.WebhookSigner;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Makes out what a call over HTTP says and whether it is signed rightly.
 *
 * @param secrets what it may be signed with; none checks nothing
 */
record HttpCalls(List<String> secrets) {
    private static final JsonReaderFactory READERS = JsonProvider.provider().createReaderFactory(Map.of());

    /** A call of one of the protobuf hooks. */
    ReceivedCall protobuf(
            BackendOperation operation, String target, List<Map.Entry<String, String>> headers, byte[] body) {
        String tenant = "undecodable";
        String signature = "not to be checked";
        String text = "";
        try {
            Message request = decode(operation, body);
            HookMeta meta =
                    (HookMeta) request.getField(request.getDescriptorForType().findFieldByName("meta"));
            tenant = "tenant " + meta.getTenantId();
            text = TextFormat.printer().printToString(request);
            signature = meta.getSign().isEmpty() ? unsigned() : words(isGenuine(request), "");
        } catch (InvalidProtocolBufferException e) {
            text = "(no protobuf request of " + operation.path() + ")";
        }
        return new ReceivedCall("mics-http", operation.path(), tenant, target, headers, signature, body, text);
    }

    private static Message decode(BackendOperation operation, byte[] body) throws InvalidProtocolBufferException {
        return switch (operation) {
            case AUTH -> AuthRequest.parseFrom(body);
            case CHECK_MESSAGE -> CheckMessageRequest.parseFrom(body);
            case GET_GROUP_MEMBERS -> GetGroupMembersRequest.parseFrom(body);
            case GET_OFFLINE_MESSAGES -> GetOfflineMessagesRequest.parseFrom(body);
        };
    }

    private boolean isGenuine(Message request) {
        return secrets.stream().anyMatch(secret -> verify(secret, request).genuine());
    }

    private static Verdict verify(String secret, Message request) {
        return switch (request) {
            case AuthRequest auth -> HookSignature.verify(secret, auth);
            case CheckMessageRequest check -> HookSignature.verify(secret, check);
            case GetGroupMembersRequest members -> HookSignature.verify(secret, members);
            case GetOfflineMessagesRequest offline -> HookSignature.verify(secret, offline);
            case Message other -> new Verdict.Forged();
        };
    }

    /** Any other call. */
    ReceivedCall webhook(String target, List<Map.Entry<String, String>> headers, byte[] body) {
        String what = "something";
        String about = ReceivedCall.NO_OBJECT;
        try (JsonReader reader = READERS.createReader(new ByteArrayInputStream(body), StandardCharsets.UTF_8)) {
            JsonObject json = reader.readObject();
            JsonObject metadata = object(json, "metadata");
            what = text(metadata, "hook_type", "call");
            about = "tenant " + text(object(json, "context"), "tenant_id", "?") + ", hook "
                    + text(metadata, "hook", "?") + "@" + text(metadata, "version", "?");
        } catch (JsonException | IllegalStateException none) {
            // said by what was set before
        }
        String text = new String(body, StandardCharsets.UTF_8);
        return new ReceivedCall("webhook", what, about, target, headers, signature(headers, body), body, text);
    }

    private String signature(List<Map.Entry<String, String>> headers, byte[] body) {
        String signature = header(headers, "X-Hook-Signature");
        if (signature.isEmpty()) {
            return unsigned();
        }
        WebhookSigner signer = new WebhookSigner(secrets);
        return signer.isGenuine(signature, header(headers, "X-Hook-Timestamp"), body)
                ? words(true, ", timestamped")
                : words(signer.isGenuine(signature, body), ", over the body alone");
    }

    private String unsigned() {
        return secrets.isEmpty() ? "not signed" : "NOT SIGNED";
    }

    private String words(boolean genuine, String form) {
        if (secrets.isEmpty()) {
            return "signature not checked";
        }
        return genuine ? "signature verified" + form : "WRONG SIGNATURE";
    }

    private static String header(List<Map.Entry<String, String>> headers, String name) {
        return headers.stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }

    private static JsonObject object(JsonObject json, String name) {
        return json.get(name) instanceof JsonObject object ? object : JsonValue.EMPTY_JSON_OBJECT;
    }

    private static String text(JsonObject json, String name, String otherwise) {
        return json.get(name) instanceof JsonString text ? text.getString() : otherwise;
    }
}
