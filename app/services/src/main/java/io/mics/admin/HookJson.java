package io.mics.admin;

import io.mics.concurrent.CircuitBreaker;
import io.mics.config.Problem;
import io.mics.hook.point.HookPoint;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.HookHealth;
import io.mics.hook.policy.Match;
import io.mics.hook.policy.Target;
import jakarta.json.stream.JsonGenerator;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Hooks as JSON, under the keys of {@code hooks.yaml}, so that they can be copied there. Secrets are masked. */
final class HookJson {
    private static final String MASK = "***";

    private HookJson() {}

    /** Everything configured of a hook. */
    static void definition(JsonGenerator out, HookDefinition hook) {
        out.write("name", hook.name())
                .write("version", hook.version().toString())
                .write("priority", hook.priority());
        match(out, hook.match());
        out.writeStartObject("rollout").write("percent", hook.rollout().percent());
        texts(out, "tenants", hook.rollout().tenants());
        out.writeEnd().write("mode", spelled(hook.mode()));
        out.writeStartObject("transport").write("type", hook.target().type());
        target(out, hook.target());
        out.writeEnd()
                .write("timeout", time(hook.policy().timeout()))
                .write("concurrency-limit", hook.policy().concurrencyLimit())
                .write("rate-limit", hook.policy().rateLimit())
                .write("on-failure", spelled(hook.policy().onFailure()));
        breaker(out, hook.policy().breaker());
        out.writeStartObject("retry")
                .write("attempts", hook.retry().attempts())
                .write("backoff", time(hook.retry().backoff()))
                .write("multiplier", hook.retry().multiplier())
                .write("max", time(hook.retry().max()))
                .write("jitter", hook.retry().jitter())
                .writeEnd()
                .write("guarantee", spelled(hook.guarantee()));
        if (hook.point() == HookPoint.HEARTBEAT) {
            out.write("sample", hook.sample());
        }
        if (hook.point() == HookPoint.RECALL) {
            out.write("notify", hook.notified());
        }
    }

    private static void match(JsonGenerator out, Match match) {
        out.writeStartObject("match");
        texts(out, "tenants", match.tenants());
        texts(out, "business-types", match.businessTypes());
        texts(out, "session-types", match.sessionTypes());
        texts(out, "message-types", match.messageTypes());
        out.writeEnd();
    }

    private static void target(JsonGenerator out, Target target) {
        switch (target) {
            case Target.Grpc grpc -> {
                out.write("endpoint", grpc.endpoint().toString())
                        .write("contract", grpc.contract().label());
                given(out, "ca", grpc.caPath());
                masked(out, "metadata", grpc.metadata());
            }
            case Target.Webhook webhook -> {
                out.write("url", shown(webhook.url().toString()));
                texts(out, "secrets", webhook.secrets().stream().map(s -> MASK).toList());
                out.write("signature", spelled(webhook.signature()));
                given(out, "ca", webhook.caPath());
                masked(out, "headers", webhook.extras().headers());
                given(out, "secret-header", webhook.extras().secretHeader());
                out.write("missing-allow", spelled(webhook.extras().missingAllow()));
                masked(out, "metadata", webhook.extras().metadata());
            }
            case Target.Local local -> {
                out.write("class", local.className());
                out.writeStartObject("settings");
                new TreeMap<>(local.settings()).keySet().forEach(key -> out.write(key, MASK));
                out.writeEnd();
            }
            case Target.MicsHttp http -> {
                out.write("base-url", shown(http.baseUrl()));
                given(out, "secret", http.secret().isEmpty() ? "" : MASK);
            }
        }
    }

    /** Texts of the operator's, any of which may be a secret. */
    private static void masked(JsonGenerator out, String key, Map<String, String> texts) {
        if (!texts.isEmpty()) {
            out.writeStartObject(key);
            new TreeMap<>(texts).keySet().forEach(name -> out.write(name, MASK));
            out.writeEnd();
        }
    }

    private static void breaker(JsonGenerator out, CircuitBreaker.Rules rules) {
        out.writeStartObject("circuit-breaker")
                .write("failure-rate", rules.failureRate())
                .write("slow-call", time(Duration.ofNanos(rules.slowNanos())))
                .write("slow-rate", rules.slowRate())
                .write("window", rules.window())
                .write("open", time(Duration.ofNanos(rules.openNanos())))
                .writeEnd();
    }

    private static void given(JsonGenerator out, String key, String text) {
        if (!text.isEmpty()) {
            out.write(key, text);
        }
    }

    /** Where a hook is reached, for people: a query may hold a secret. */
    static String location(Target target) {
        return switch (target) {
            case Target.Grpc grpc -> grpc.endpoint().toString();
            case Target.Webhook webhook -> shown(webhook.url().toString());
            case Target.Local local -> local.className();
            case Target.MicsHttp http -> shown(http.baseUrl());
        };
    }

    private static String shown(String url) {
        int query = url.indexOf('?');
        return query < 0 ? url : url.substring(0, query + 1) + MASK;
    }

    /** How a hook is: state and cause, and with {@code outcomes} what its last calls came to. */
    static void health(JsonGenerator out, HookHealth health, boolean outcomes) {
        out.write("state", health.state().name())
                .write("since", health.since().toString())
                .write("cause", health.cause());
        health.lastSuccess().ifPresent(at -> out.write("lastSuccess", at.toString()));
        health.lastFailure().ifPresent(at -> out.write("lastFailure", at.toString()));
        if (outcomes) {
            out.writeStartArray("outcomes");
            for (HookHealth.Outcome outcome : health.outcomes()) {
                out.writeStartObject()
                        .write("at", outcome.at().toString())
                        .write("result", outcome.result())
                        .write("tookMs", millis(outcome.tookNanos()))
                        .write("cause", outcome.cause())
                        .writeEnd();
            }
            out.writeEnd();
        }
    }

    /** What is wrong with a text, as a list under {@code problems}. */
    static void problems(JsonGenerator out, List<Problem> problems) {
        out.writeStartArray("problems");
        for (Problem problem : problems) {
            out.writeStartObject()
                    .write("field", problem.key())
                    .write("hook", problem.hook())
                    .write("line", problem.lineNumber())
                    .write("source", problem.source())
                    .write("what", problem.what())
                    .write("nearest", problem.nearest())
                    .writeEnd();
        }
        out.writeEnd();
    }

    /** What is wrong with the overrides of tenants, by tenant. */
    static void refused(JsonGenerator out, Map<String, List<Problem>> refused) {
        out.writeStartObject("refusedOverrides");
        new TreeMap<>(refused).forEach((tenant, problems) -> {
            out.writeStartObject(tenant);
            problems(out, problems);
            out.writeEnd();
        });
        out.writeEnd();
    }

    /** A list of texts, in order. */
    static void texts(JsonGenerator out, String key, Collection<String> texts) {
        out.writeStartArray(key);
        texts.stream().sorted().forEach(out::write);
        out.writeEnd();
    }

    private static String spelled(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Milliseconds with three decimals at most. */
    static BigDecimal millis(long nanos) {
        return BigDecimal.valueOf(nanos / 1_000, 3).stripTrailingZeros();
    }

    private static String time(Duration time) {
        return BigDecimal.valueOf(time.toNanos(), 6).stripTrailingZeros().toPlainString() + "ms";
    }
}
