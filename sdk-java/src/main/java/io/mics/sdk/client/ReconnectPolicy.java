package io.mics.sdk.client;

import java.time.Duration;
import java.util.function.DoubleSupplier;
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

    /**
     * How long to wait before the next attempt: exponential with full jitter. Every delay is between 0 and the ceiling,
     * which doubles from {@code min} up to {@code max}; clients dropped together so come back spread out.
     */
    static final class Backoff {
        private final Duration min;
        private final Duration max;
        private final DoubleSupplier random;

        /** The random source gives numbers from 0 (inclusive) to 1. */
        Backoff(Duration min, Duration max, DoubleSupplier random) {
            this.min = min;
            this.max = max;
            this.random = random;
        }

        /** The delay after this many failures, the first being 0. */
        Duration after(int failures) {
            double ceilingMs = Math.min((double) max.toMillis(), (double) min.toMillis() * Math.pow(2, failures));
            return Duration.ofMillis((long) (random.getAsDouble() * ceilingMs));
        }

        /** A delay in the upper half of what is possible, for a server that said it is full. */
        Duration longest() {
            return Duration.ofMillis((long) ((0.5 + random.getAsDouble() / 2) * max.toMillis()));
        }
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
