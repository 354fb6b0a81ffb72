package io.mics.sdk.hook.conformance;

import io.mics.sdk.hook.JsonText;
import io.mics.sdk.sign.WebhookSigner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a URL must stand that takes webhooks. */
final class WebhookCases {
    private static final int OVERSIZE = 16 << 20;
    private static final Duration OLD = Duration.ofHours(1);
    private static final String PRE_SEND = "pre-send";

    private final KitSettings settings;
    private final WebhookSamples samples;
    private final Caller caller;
    private final List<Case> cases = new ArrayList<>();

    WebhookCases(KitSettings settings) {
        this.settings = settings;
        this.caller = new Caller(settings.patience());
        this.samples = new WebhookSamples(settings.tenant());
    }

    List<Case> all() {
        if (settings.points().contains(PRE_SEND)) {
            preSend();
        }
        for (String point : List.of("post-send", "delivery", "recall")) {
            if (settings.points().contains(point)) {
                add(
                        point + ": a valid call is answered",
                        () -> post(samples.notification(point)).accepted());
                add(
                        point + ": the same call as a second attempt is answered",
                        () -> post(samples.notification(point), id(), "2").accepted());
            }
        }
        if (settings.points().contains("recall")) {
            add("recall: asked for permission, it says allow", () -> verdict(post(samples.permission())));
        }
        if (!settings.secret().isEmpty()) {
            signatures();
        }
        byte[] garbage = "{\"context\": not json".getBytes(StandardCharsets.UTF_8);
        add("garbage is refused", () -> post(garbage).refused());
        add("16 MiB are refused, and the next call is answered", this::oversize);
        add("calls that never end hold nobody up", () -> caller.besideStalled(settings.url(), () -> post(body())));
        add("GET is refused", () -> caller.get(settings.url()).refused());
        return List.copyOf(cases);
    }

    private void preSend() {
        add("pre-send: a valid call is answered with allow", () -> verdict(post(body())));
        add("pre-send: an answer comes in time", () -> Caller.inTime(settings.within(), () -> post(body())));
        add(
                "pre-send: text beyond ASCII and escapes are read",
                () -> post(samples.exotic()).accepted());
        add(
                "pre-send: fields nobody knows yet are ignored",
                () -> post(samples.unknown()).accepted());
        add("pre-send: the same call twice, with the same id, gets the same answer", () -> same("1"));
        add("pre-send: a second attempt, with the same id, gets the same answer", () -> same("2"));
    }

    private byte[] body() {
        String point = settings.points().contains(PRE_SEND)
                ? PRE_SEND
                : settings.points().iterator().next();
        return point.equals(PRE_SEND) ? samples.preSend() : samples.notification(point);
    }

    private Finding same(String secondAttempt) throws IOException, InterruptedException {
        String id = id();
        byte[] body = body();
        String first = post(body, id, "1").text();
        String second = post(body, id, secondAttempt).text();
        return Finding.of(first.equals(second), "the second answer differs from the first");
    }

    private static Finding verdict(Response response) {
        if (!response.success()) {
            return response.accepted();
        }
        try {
            @Nullable Object allow = JsonText.object(response.text()).get("allow");
            return Finding.of(allow instanceof Boolean, "\"allow\" is not true or false");
        } catch (IllegalArgumentException e) {
            return new Finding.Failed("the answer is no JSON object: " + e.getMessage());
        }
    }

    private void signatures() {
        String wrong = settings.secret() + "x";
        add(
                "another secret's signature is refused",
                () -> post(body(), headers(body(), now(), List.of(wrong))).refused());
        add("a call without a signature is refused", () -> {
            Map<String, String> headers = headers(body(), now(), List.of(settings.secret()));
            headers.remove("X-Hook-Signature");
            return post(body(), headers).refused();
        });
        add(
                "a call that was altered is refused",
                () -> post(samples.exotic(), headers(body(), now(), List.of(settings.secret())))
                        .refused());
        add("one of two signatures is enough, while a secret is replaced", () -> {
            byte[] body = body();
            return post(body, headers(body, now(), List.of(wrong, settings.secret())))
                    .accepted();
        });
        if (!settings.bodyAlone()) {
            add("a call signed an hour ago is refused", () -> {
                byte[] body = body();
                String then = String.valueOf(Instant.now().minus(OLD).getEpochSecond());
                return post(body, headers(body, then, List.of(settings.secret())))
                        .refused();
            });
            add("a timestamp that was replaced is refused", () -> {
                byte[] body = body();
                String then = String.valueOf(Instant.now().minus(OLD).getEpochSecond());
                Map<String, String> headers = headers(body, then, List.of(settings.secret()));
                headers.put("X-Hook-Timestamp", now());
                return post(body, headers).refused();
            });
        }
    }

    private Finding oversize() throws IOException, InterruptedException {
        try {
            Response response = post(new byte[OVERSIZE]);
            if (response.status() / 100 != 4) {
                return response.refused();
            }
        } catch (IOException closed) {
            // refused by closing the connection, which is as good
        }
        return post(body()).accepted();
    }

    private static String now() {
        return String.valueOf(Instant.now().getEpochSecond());
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }

    private Map<String, String> headers(byte[] body, String timestamp, List<String> secrets) {
        WebhookSigner signer = new WebhookSigner(secrets);
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("X-Hook-Id", id());
        headers.put("X-Hook-Attempt", "1");
        headers.put("X-Hook-Timestamp", timestamp);
        headers.put("X-Hook-Signature", settings.bodyAlone() ? signer.sign(body) : signer.sign(timestamp, body));
        return headers;
    }

    private Response post(byte[] body) throws IOException, InterruptedException {
        return post(body, id(), "1");
    }

    private Response post(byte[] body, String id, String attempt) throws IOException, InterruptedException {
        List<String> secrets = settings.secret().isEmpty() ? List.of() : List.of(settings.secret());
        Map<String, String> headers = headers(body, now(), secrets);
        headers.values().removeIf(String::isEmpty);
        headers.put("X-Hook-Id", id);
        headers.put("X-Hook-Attempt", attempt);
        return post(body, headers);
    }

    private Response post(byte[] body, Map<String, String> headers) throws IOException, InterruptedException {
        return caller.post(settings.url(), headers, body);
    }

    private void add(String claim, Case.Check check) {
        cases.add(new Case(claim, check));
    }
}
