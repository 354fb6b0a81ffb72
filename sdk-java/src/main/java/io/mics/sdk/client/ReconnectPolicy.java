package io.mics.sdk.client;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What to do after a connection ended, by its close code. Never gives up on a server that is merely away, and never
 * returns to one that said no for good. Confined to one thread.
 */
final class ReconnectPolicy {
    private static final Pattern HINT = Pattern.compile("reconnect=(\\d{1,6})ms");
    private static final Duration LONGEST_HINT = Duration.ofMinutes(1);

    /** So often in a row "at once" is believed; after that a server that drains everybody is treated as failing. */
    private static final int PROMPT_RETURNS = 3;

    sealed interface Plan {
        record Stop() implements Plan {}

        record Retry(Duration delay, boolean withNewToken) implements Plan {}
    }

    private final Backoff backoff;
    private final int maxNewTokens;
    private int failures;
    private int newTokens;

    ReconnectPolicy(Backoff backoff, int maxNewTokens) {
        this.backoff = backoff;
        this.maxNewTokens = maxNewTokens;
    }

    /** The token was good. */
    void connected() {
        newTokens = 0;
    }

    /** A connection held long enough to call the trouble over. */
    void settled() {
        failures = 0;
    }

    Plan after(int code, String reason) {
        int before = failures++;
        return switch (code) {
            case CloseCodes.NORMAL, CloseCodes.UNKNOWN_TENANT, CloseCodes.REPLACED -> new Plan.Stop();
            case CloseCodes.GOING_AWAY, CloseCodes.DRAINING -> new Plan.Retry(drained(reason, before), false);
            case CloseCodes.AUTH_FAILED ->
                ++newTokens > maxNewTokens ? new Plan.Stop() : new Plan.Retry(backoff.after(before), true);
            case CloseCodes.LIMIT_REACHED -> new Plan.Retry(backoff.longest(), false);
            default -> new Plan.Retry(backoff.after(before), false);
        };
    }

    private Duration drained(String reason, int before) {
        Matcher hint = HINT.matcher(reason);
        if (hint.find()) {
            Duration asked = Duration.ofMillis(Long.parseLong(hint.group(1)));
            return asked.compareTo(LONGEST_HINT) < 0 ? asked : LONGEST_HINT;
        }
        return before < PROMPT_RETURNS ? Duration.ZERO : backoff.after(before - PROMPT_RETURNS);
    }
}
