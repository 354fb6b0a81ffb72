package io.mics.hook.point;

import io.mics.sdk.plugin.HookContext;
import java.util.HashMap;
import java.util.Map;

/** What a remote hook gets in its {@code attributes}: the gateway's own, and what no field of the contract takes. */
public final class RemoteAttributes {
    /** The same for every attempt of one call. */
    static final String IDEMPOTENCY_KEY = "idempotency_key";

    /** The device a message was sent from; absent when no device is concerned. */
    static final String DEVICE = "device_id";

    /** Whether it is a question or a notification at the point {@code recall}: {@code check} or {@code notify}. */
    static final String PHASE = "phase";

    private RemoteAttributes() {}

    private static Map<String, String> of(HookContext context) {
        Map<String, String> all = new HashMap<>(context.attributes());
        all.put(IDEMPOTENCY_KEY, context.idempotencyKey());
        if (!context.device().isEmpty()) {
            all.put(DEVICE, context.device());
        }
        return all;
    }

    /** Those of a call. */
    public static Map<String, String> of(HookContext context, HookRequest<?> request) {
        Map<String, String> all = of(context);
        if (!request.phase().isEmpty()) {
            all.put(PHASE, request.phase());
        }
        return all;
    }
}
