package io.mics.hook;

import com.google.protobuf.MessageLite;
import io.mics.proto.hook.v1.HookMeta;
import io.mics.sdk.sign.HookSignature;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One request as it is sent. Signed when its bytes are asked for, so that a refused call costs no encoding.
 *
 * @param traceId names the call in logs
 * @param secret  signs it; empty leaves it unsigned
 * @param encoded the signed bytes
 */
record HookRequest(String traceId, String secret, Supplier<byte[]> encoded) {
    private static final String PROCESS =
            Long.toHexString(ThreadLocalRandom.current().nextLong()) + "-";
    private static final AtomicLong COUNTER = new AtomicLong();

    /** A request with the given frame around its {@code meta}. */
    static HookRequest of(String tenant, String traceId, String secret, Function<HookMeta, MessageLite> frame) {
        return new HookRequest(traceId, secret, () -> encode(tenant, traceId, secret, frame));
    }

    private static byte[] encode(String tenant, String traceId, String secret, Function<HookMeta, MessageLite> frame) {
        String requestId = PROCESS + COUNTER.incrementAndGet();
        long timestamp = System.currentTimeMillis();
        HookMeta meta = HookMeta.newBuilder()
                .setTenantId(tenant)
                .setRequestId(requestId)
                .setTimestampMs(timestamp)
                .setTraceId(traceId)
                .build();
        byte[] unsigned = frame.apply(meta).toByteArray();
        if (secret.isEmpty()) {
            return unsigned;
        }
        String sign = HookSignature.sign(secret, unsigned, requestId, timestamp);
        return frame.apply(meta.toBuilder().setSign(sign).build()).toByteArray();
    }
}
