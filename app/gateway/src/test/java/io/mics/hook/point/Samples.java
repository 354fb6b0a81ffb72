package io.mics.hook.point;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.HookPolicy;
import io.mics.hook.policy.Match;
import io.mics.hook.policy.Retry;
import io.mics.hook.policy.Rollout;
import io.mics.hook.policy.SemanticVersion;
import io.mics.hook.policy.Target;
import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.RecallEvent;
import java.time.Instant;
import java.util.Map;

/** One of each thing that hooks are given. */
public final class Samples {
    public static final String TRACE = "0123456789abcdef0123456789abcdef";
    public static final Instant AT = Instant.parse("2026-11-21T10:00:00.250Z");

    public static final HookContext CONTEXT = new HookContext(
            "t1",
            "shop",
            "single:u1:u2",
            "single",
            "text",
            "u1",
            "d1",
            TRACE,
            "key-1",
            3,
            AT,
            Map.of("risk", "low"),
            Map.of("feature_version", "1.4.0"));

    public static final MessageDraft DRAFT = new MessageDraft(
            "7001",
            "m1",
            "single:u1:u2",
            "héllo \"你好\"\n".getBytes(UTF_8),
            Map.of("lang", "fr"),
            Map.of("origin", "app"));

    public static final MessageRecord RECORD = new MessageRecord(
            "7001", "m1", "single:u1:u2", "u1", "single", "text", AT, "hi".getBytes(UTF_8), Map.of("origin", "app"));

    public static final DeliveryEvent DELIVERY = new DeliveryEvent("7001", "u2", "push", AT);

    public static final RecallEvent RECALL = new RecallEvent("7001", "u1", AT, Map.of("ticket", "42"));

    private Samples() {}

    /** A hook at a target. */
    public static HookDefinition definition(HookPoint point, Target target) {
        return definition(point, target, HookDefinition.Guarantee.AT_LEAST_ONCE);
    }

    /** The same with a guarantee. */
    public static HookDefinition definition(HookPoint point, Target target, HookDefinition.Guarantee guarantee) {
        return new HookDefinition(
                point,
                "sample",
                SemanticVersion.FIRST,
                10,
                Match.ANY,
                Rollout.ALL,
                HookDefinition.Mode.ENFORCE,
                target,
                HookPolicy.DEFAULTS,
                Retry.DEFAULTS,
                guarantee);
    }
}
