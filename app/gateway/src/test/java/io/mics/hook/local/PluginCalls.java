package io.mics.hook.local;

import io.mics.concurrent.Deadline;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.PreSendRequest;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.HookDefinition.Guarantee;
import io.mics.hook.policy.HookDefinition.Mode;
import io.mics.hook.policy.HookPolicy;
import io.mics.hook.policy.Match;
import io.mics.hook.policy.Retry;
import io.mics.hook.policy.Rollout;
import io.mics.hook.policy.SemanticVersion;
import io.mics.hook.policy.Target;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** What the tests of plugins call them with, and how they wait. */
final class PluginCalls {
    static final int MAX_MESSAGE_BYTES = 1 << 20;
    static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(50);

    private PluginCalls() {}

    static PluginClient open(Path folder, HookPoint point, String className, Map<String, String> settings) {
        return open(folder, point, className, settings, 0);
    }

    static PluginClient open(
            Path folder, HookPoint point, String className, Map<String, String> settings, int concurrency) {
        HookPolicy usual = HookPolicy.DEFAULTS;
        HookClient client = PluginClient.factory(new PluginFolder(folder), MAX_MESSAGE_BYTES)
                .open(new HookDefinition(
                        point,
                        "words",
                        SemanticVersion.FIRST,
                        0,
                        Match.ANY,
                        Rollout.ALL,
                        Mode.ENFORCE,
                        new Target.Local(className, settings),
                        new HookPolicy(
                                usual.timeout(), concurrency, usual.rateLimit(), usual.onFailure(), usual.breaker()),
                        Retry.DEFAULTS,
                        Guarantee.AT_LEAST_ONCE));
        return (PluginClient) client;
    }

    static PluginClient preSend(Path folder, String className) {
        return open(folder, HookPoint.PRE_SEND, className, Map.of());
    }

    static HookContext context(String tenant) {
        return new HookContext(
                tenant,
                "",
                "single:u1:u2",
                "single",
                "text",
                "u1",
                "d1",
                "0".repeat(32),
                "key",
                1,
                Instant.now().plus(PATIENCE),
                Map.of(),
                Map.of());
    }

    static MessageDraft draft(String body) {
        return new MessageDraft("m1", "c1", "single:u1:u2", body.getBytes(StandardCharsets.UTF_8), Map.of(), Map.of());
    }

    static HookResponse<HookResult> ask(HookClient client, String body) throws InterruptedException {
        return client.call(context("t1"), new PreSendRequest(draft(body)), Deadline.after(PATIENCE));
    }

    /** Asks with 50 ms to answer. */
    static HookResponse<HookResult> askBriefly(HookClient client, String tenant) throws InterruptedException {
        return client.call(context(tenant), new PreSendRequest(draft("hi")), Deadline.after(SHORT));
    }

    static MessageDraft answered(HookResponse<HookResult> response) {
        if (response instanceof HookResponse.Answered<HookResult> answered
                && answered.answer() instanceof HookResult.Continue goesOn) {
            return goesOn.draft();
        }
        throw new AssertionError("not a draft but " + response);
    }

    static HookResponse.Failed<?> failed(HookResponse<?> response) {
        if (response instanceof HookResponse.Failed<?> failed) {
            return failed;
        }
        throw new AssertionError("not a failure but " + response);
    }
}
