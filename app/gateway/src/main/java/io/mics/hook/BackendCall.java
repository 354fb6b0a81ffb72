package io.mics.hook;

import com.google.protobuf.MessageLite;
import io.mics.proto.hook.v1.HookMeta;
import io.mics.sdk.sign.Signer;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * One request before it is sent. Signed when its bytes are asked for, so that a refused call costs no encoding.
 *
 * @param tenant  on whose behalf
 * @param traceId names the call in logs
 * @param secret  signs it; empty leaves it unsigned
 * @param frame   the request around its {@code meta}
 */
public record BackendCall(String tenant, String traceId, String secret, Function<HookMeta, MessageLite> frame) {
    /** The first half of every request id of this process, which are 32 hex digits each. */
    private static final String PROCESS =
            HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());

    private static final AtomicLong COUNTER = new AtomicLong();

    /** The bytes as they are sent; {@code signer} signs with this request's secret. */
    Encoded encoded(Signer signer) {
        String requestId = PROCESS + HexFormat.of().toHexDigits(COUNTER.incrementAndGet());
        long timestamp = System.currentTimeMillis();
        HookMeta meta = HookMeta.newBuilder()
                .setTenantId(tenant)
                .setRequestId(requestId)
                .setTimestampMs(timestamp)
                .setTraceId(traceId)
                .build();
        byte[] unsigned = frame.apply(meta).toByteArray();
        if (secret.isEmpty()) {
            return new Encoded(unsigned, requestId);
        }
        String sign = signer.sign(unsigned, requestId, timestamp);
        return new Encoded(frame.apply(meta.toBuilder().setSign(sign).build()).toByteArray(), requestId);
    }

    /**
     * A request as it is sent.
     *
     * @param id its {@code meta.request_id}
     */
    @SuppressWarnings("ArrayRecordComponent") // handed straight to the socket, never compared
    record Encoded(byte[] bytes, String id) {}

    /** This request to one backend, signed by {@code signer}; {@code learned} as in {@link BackendRequest}. */
    public BackendRequest to(boolean learned, Signer signer) {
        return new SignedRequest(this, learned, signer);
    }
}
