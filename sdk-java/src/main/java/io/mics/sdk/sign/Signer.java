package io.mics.sdk.sign;

import io.mics.proto.hook.v1.AuthRequest;
import io.mics.proto.hook.v1.CheckMessageRequest;
import io.mics.proto.hook.v1.GetGroupMembersRequest;
import io.mics.proto.hook.v1.GetOfflineMessagesRequest;
import io.mics.proto.hook.v1.HookMeta;
import io.mics.proto.hook.v1.MqEvent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Signs and verifies with one secret. Safe for any number of threads, and cheap to call again: keep one per secret.
 *
 * <p>An empty secret signs nothing: every sign is the empty string, and only an unsigned request verifies.
 */
public final class Signer {
    private static final Verdict GENUINE = new Verdict.Genuine();
    private static final Verdict FORGED = new Verdict.Forged();

    private final @Nullable HmacPool hmac;
    private final @Nullable Duration window;
    private final Clock clock;

    /** A signer without a timestamp window. The secret's UTF-8 bytes are the key. */
    public Signer(String secret) {
        this(secret.isEmpty() ? null : new HmacPool(secret), null, Clock.systemUTC());
    }

    private Signer(@Nullable HmacPool hmac, @Nullable Duration window, Clock clock) {
        this.hmac = hmac;
        this.window = window;
        this.clock = clock;
    }

    /**
     * The same signer, but hook requests verify only while their time is at most {@code window} from the clock's,
     * either way. Events are exempt: they are rightly read long after they were made.
     */
    public Signer within(Duration window, Clock clock) {
        return new Signer(hmac, window, clock);
    }

    /** The sign of a hook request: Base64 of HMAC-SHA256 over payload, request id and time (8 bytes, little-endian). */
    public String sign(byte[] payloadWithSignCleared, String requestId, long timestampMs) {
        if (hmac == null) {
            return "";
        }
        byte[] time = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(timestampMs)
                .array();
        return base64(hmac.code(payloadWithSignCleared, requestId.getBytes(StandardCharsets.UTF_8), time));
    }

    /** The sign of an event: Base64 of HMAC-SHA256 over the event with its sign cleared. */
    public String sign(byte[] eventWithSignCleared) {
        return hmac == null ? "" : base64(hmac.code(eventWithSignCleared));
    }

    /** A copy with {@code meta.sign} set and unknown fields dropped. */
    public AuthRequest sign(AuthRequest request) {
        AuthRequest known = KnownFields.of(request);
        return known.toBuilder()
                .setMeta(stamped(known.getMeta(), known.toByteArray()))
                .build();
    }

    /** A copy with {@code meta.sign} set and unknown fields dropped. */
    public CheckMessageRequest sign(CheckMessageRequest request) {
        CheckMessageRequest known = KnownFields.of(request);
        return known.toBuilder()
                .setMeta(stamped(known.getMeta(), known.toByteArray()))
                .build();
    }

    /** A copy with {@code meta.sign} set and unknown fields dropped. */
    public GetGroupMembersRequest sign(GetGroupMembersRequest request) {
        GetGroupMembersRequest known = KnownFields.of(request);
        return known.toBuilder()
                .setMeta(stamped(known.getMeta(), known.toByteArray()))
                .build();
    }

    /** A copy with {@code meta.sign} set and unknown fields dropped. */
    public GetOfflineMessagesRequest sign(GetOfflineMessagesRequest request) {
        GetOfflineMessagesRequest known = KnownFields.of(request);
        return known.toBuilder()
                .setMeta(stamped(known.getMeta(), known.toByteArray()))
                .build();
    }

    /** A copy with {@code sign} set and unknown fields dropped. */
    public MqEvent sign(MqEvent event) {
        MqEvent known = KnownFields.of(event);
        return known.toBuilder().setSign(sign(known.toByteArray())).build();
    }

    /** Whether this secret signed the request, judged over the fields this version knows. */
    public Verdict verify(AuthRequest request) {
        return judge(request.getMeta(), KnownFields.of(request).toByteArray());
    }

    /** Whether this secret signed the request, judged over the fields this version knows. */
    public Verdict verify(CheckMessageRequest request) {
        return judge(request.getMeta(), KnownFields.of(request).toByteArray());
    }

    /** Whether this secret signed the request, judged over the fields this version knows. */
    public Verdict verify(GetGroupMembersRequest request) {
        return judge(request.getMeta(), KnownFields.of(request).toByteArray());
    }

    /** Whether this secret signed the request, judged over the fields this version knows. */
    public Verdict verify(GetOfflineMessagesRequest request) {
        return judge(request.getMeta(), KnownFields.of(request).toByteArray());
    }

    /** Whether this secret signed the event, judged over the fields this version knows. */
    public Verdict verify(MqEvent event) {
        return equal(sign(KnownFields.of(event).toByteArray()), event.getSign()) ? GENUINE : FORGED;
    }

    private HookMeta stamped(HookMeta meta, byte[] payload) {
        return meta.toBuilder()
                .setSign(sign(payload, meta.getRequestId(), meta.getTimestampMs()))
                .build();
    }

    private Verdict judge(HookMeta meta, byte[] payload) {
        if (!equal(sign(payload, meta.getRequestId(), meta.getTimestampMs()), meta.getSign())) {
            return FORGED;
        }
        long skewMs = clock.millis() - meta.getTimestampMs();
        if (window != null && (skewMs > window.toMillis() || skewMs < -window.toMillis())) {
            return new Verdict.Stale(skewMs);
        }
        return GENUINE;
    }

    /** Compares in a time that does not tell where the two differ. */
    private static boolean equal(String expected, String given) {
        return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(byte[] code) {
        return Base64.getEncoder().encodeToString(code);
    }
}
