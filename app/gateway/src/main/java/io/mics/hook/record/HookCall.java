package io.mics.hook.record;

import io.mics.hook.point.HookRequest;
import io.mics.hook.policy.SemanticVersion;
import io.mics.sdk.plugin.HookContext;
import java.time.Instant;

/**
 * One call of a hook.
 *
 * @param at         when it ended
 * @param hook       its name
 * @param version    its version
 * @param transport  how it was reached: {@code webhook}, {@code grpc}, …
 * @param context    as it was given
 * @param request       what it was asked
 * @param outcome    what came of it
 * @param tookMicros how long its answer took
 */
public record HookCall(
        Instant at,
        String hook,
        SemanticVersion version,
        String transport,
        HookContext context,
        HookRequest.OfMessage<?> request,
        RecordedOutcome outcome,
        long tookMicros) {}
