package io.mics.hook.point;

import io.mics.sdk.plugin.HookContext;
import java.util.HashMap;
import java.util.Map;

/** What is told to a far end in its {@code attributes}: the gateway's own, and what no field of the contract takes. */
public final class RemoteAttributes {
    /** The same for every attempt of one call. */
    public static final String IDEMPOTENCY_KEY = "idempotency_key";

    /** The device a message was sent from; absent when no device is concerned. */
    public static final String DEVICE = "device_id";

    /** Tells a question from a notice at the point {@code recall}. */
    public static final String PHASE = "phase";

    /** The recall may still be refused. */
    public static final String CHECK = "check";

    /** The recall is done. */
    public static final String NOTIFY = "notify";

    private RemoteAttributes() {}

    /** Those of a call that has no phases. */
    public static Map<String, String> of(HookContext context) {
        Map<String, String> all = new HashMap<>(context.attributes());
        all.put(IDEMPOTENCY_KEY, context.idempotencyKey());
        if (!context.device().isEmpty()) {
            all.put(DEVICE, context.device());
        }
        return all;
    }

    /** Those of a call in a phase. */
    public static Map<String, String> of(HookContext context, String phase) {
        Map<String, String> all = of(context);
        all.put(PHASE, phase);
        return all;
    }
}
