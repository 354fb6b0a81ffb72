package io.mics.sdk.hook;

import io.mics.sdk.sign.WebhookSigner;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** Whether a webhook's call is the gateway's and of now. */
final class WebhookCheck {
    /** Numbers from here on are milliseconds, below it seconds. */
    private static final long FIRST_MILLIS = 100_000_000_000L;

    private final WebhookSigner signer;
    private final boolean unsigned;
    private final boolean bodyAlone;
    private final Duration window;
    private final Clock clock;

    /** No secret accepts every call; {@code bodyAlone} is the older form, which knows no time. */
    WebhookCheck(List<String> secrets, boolean bodyAlone, Duration window, Clock clock) {
        this.signer = new WebhookSigner(secrets);
        this.unsigned = secrets.isEmpty();
        this.bodyAlone = bodyAlone;
        this.window = window;
        this.clock = clock;
    }

    /** Why the call is refused; empty when it is genuine. */
    String refusal(String signature, String timestamp, byte[] body) {
        if (unsigned) {
            return "";
        }
        if (signature.isEmpty()) {
            return "missing signature";
        }
        if (bodyAlone) {
            return signer.isGenuine(signature, body) ? "" : "bad signature";
        }
        if (!timestamp.matches("\\d{1,15}")) {
            return timestamp.isEmpty() ? "missing timestamp" : "bad timestamp";
        }
        if (!signer.isGenuine(signature, timestamp, body)) {
            return "bad signature";
        }
        long given = Long.parseLong(timestamp);
        long millis = given < FIRST_MILLIS ? given * 1000 : given;
        return Math.abs(clock.millis() - millis) > window.toMillis() ? "stale timestamp" : "";
    }
}
