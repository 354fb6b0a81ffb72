package io.mics.hook.config;

import io.mics.concurrent.CircuitBreaker;
import io.mics.config.Section;
import io.mics.hook.point.HookPoint;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.HookDefinition.Guarantee;
import io.mics.hook.policy.HookDefinition.Mode;
import io.mics.hook.policy.HookPolicy;
import io.mics.hook.policy.Match;
import io.mics.hook.policy.Retry;
import io.mics.hook.policy.Rollout;
import io.mics.hook.policy.SemanticVersion;
import io.mics.hook.policy.Target;
import io.mics.tenant.BackendSettings.OnFailure;
import io.mics.tenant.TenantConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Reads one hook: which key has which default and which range. */
final class HookDefinitionReader {
    static final String NO_VERSION = "is not a version such as 1.4.0";

    private static final int DEFAULT_PRIORITY = 100;
    private static final int PRIORITIES = 1_000_000;
    private static final int CALLS = 1_000_000_000;
    private static final int PERMITS = 1_000_000;
    private static final int WINDOW = 10_000;
    private static final int ATTEMPTS = 100;
    private static final double MULTIPLIER = 100;
    private static final Duration MS = Duration.ofMillis(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SLOW_LOCAL = Duration.ofMillis(5);
    private static final Duration SLOW_POST_SEND = Duration.ofMillis(500);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern WORD = Pattern.compile("\\S.{0,63}");
    private static final List<String> SESSION_TYPES = List.of("single", "group");

    private HookDefinitionReader() {}

    /** The hook in {@code s}; what it does not say is as in {@code usual}, or has its default. */
    static HookDefinition read(Section s, HookPoint point, Optional<HookDefinition> usual) {
        if (!s.filled("name")) {
            s.reject("name", "is missing");
        }
        String name = s.string("name", "", text -> NAME.matcher(text).matches(), "is not 1 to 64 of A-Z a-z 0-9 . _ -");
        String version = s.string(
                "version",
                usual.map(HookDefinition::version).orElse(SemanticVersion.FIRST).toString(),
                text -> SemanticVersion.parse(text).isPresent(),
                NO_VERSION);
        Target target = TargetReader.read(s, point, usual.map(HookDefinition::target));
        return new HookDefinition(
                point,
                name,
                SemanticVersion.parse(version).orElse(SemanticVersion.FIRST),
                s.integer(
                        "priority",
                        usual.map(HookDefinition::priority).orElse(DEFAULT_PRIORITY),
                        -PRIORITIES,
                        PRIORITIES),
                match(
                        s.section("match"),
                        point,
                        usual.map(HookDefinition::match).orElse(Match.ANY)),
                rollout(s.section("rollout"), usual.map(HookDefinition::rollout).orElse(Rollout.ALL)),
                s.choice("mode", Mode.class, usual.map(HookDefinition::mode).orElse(Mode.ENFORCE)),
                target,
                policy(s, usual.map(HookDefinition::policy).orElseGet(() -> policyOf(point, target))),
                retry(s.section("retry"), usual.map(HookDefinition::retry).orElse(Retry.DEFAULTS)),
                s.choice(
                        "guarantee",
                        Guarantee.class,
                        usual.map(HookDefinition::guarantee).orElse(Guarantee.AT_LEAST_ONCE)),
                sample(s, point, usual),
                notified(s, point, usual));
    }

    private static boolean notified(Section s, HookPoint point, Optional<HookDefinition> usual) {
        if (point != HookPoint.RECALL && s.given("notify")) {
            s.reject("notify", "is for hooks of recall, which get two calls");
        }
        return s.bool("notify", usual.map(HookDefinition::notified).orElse(true));
    }

    private static double sample(Section s, HookPoint point, Optional<HookDefinition> usual) {
        boolean sampled = point == HookPoint.HEARTBEAT;
        double usually = sampled ? HookDefinition.DEFAULT_SAMPLE : 1;
        if (!sampled && s.given("sample")) {
            s.reject("sample", "is a share of heartbeats; hooks of " + point.label() + " are notified of everything");
        }
        return s.decimal("sample", usual.map(HookDefinition::sample).orElse(usually), 0, 1);
    }

    private static HookPolicy policyOf(HookPoint point, Target target) {
        HookPolicy d = HookPolicy.DEFAULTS;
        CircuitBreaker.Rules rules = d.breaker();
        Duration slow = Duration.ZERO;
        if (point == HookPoint.POST_SEND) {
            slow = SLOW_POST_SEND;
        } else if (point == HookPoint.PRE_SEND && target instanceof Target.Local) {
            slow = SLOW_LOCAL;
        }
        return new HookPolicy(
                d.timeout(),
                d.concurrencyLimit(),
                d.rateLimit(),
                point == HookPoint.RECALL ? OnFailure.DENY : d.onFailure(),
                CircuitBreaker.Rules.ofShares(
                        rules.failureRate(),
                        slow,
                        rules.slowRate(),
                        rules.window(),
                        Duration.ofNanos(rules.openNanos())));
    }

    private static HookPolicy policy(Section s, HookPolicy d) {
        return new HookPolicy(
                s.duration("timeout", d.timeout(), MS, MINUTE),
                s.integer("concurrency-limit", d.concurrencyLimit(), 0, PERMITS),
                s.integer("rate-limit", d.rateLimit(), 0, CALLS),
                s.choice("on-failure", OnFailure.class, d.onFailure()),
                breaker(s.section("circuit-breaker"), d.breaker()));
    }

    private static CircuitBreaker.Rules breaker(Section s, CircuitBreaker.Rules d) {
        return CircuitBreaker.Rules.ofShares(
                s.decimal("failure-rate", d.failureRate(), 0, 1),
                s.duration("slow-call", Duration.ofNanos(d.slowNanos()), Duration.ZERO, MINUTE),
                s.decimal("slow-rate", d.slowRate(), 0, 1),
                s.integer("window", d.window(), 1, WINDOW),
                s.duration("open", Duration.ofNanos(d.openNanos()), Duration.ZERO, HOUR));
    }

    private static Match match(Section s, HookPoint point, Match d) {
        Match match = new Match(
                set(s, "tenants", d.tenants(), TenantConfig::isId, "holds what is no tenant id"),
                set(s, "business-types", d.businessTypes(), HookDefinitionReader::isWord, "holds what is no type"),
                set(
                        s,
                        "session-types",
                        d.sessionTypes(),
                        SESSION_TYPES::contains,
                        "holds what is not one of " + SESSION_TYPES),
                set(s, "message-types", d.messageTypes(), HookDefinitionReader::isWord, "holds what is no type"));
        if (!point.isOfMessages()) {
            refuse(s, "session-types", match.sessionTypes(), point);
            refuse(s, "message-types", match.messageTypes(), point);
        }
        return match;
    }

    private static void refuse(Section s, String key, Set<String> given, HookPoint point) {
        if (!given.isEmpty()) {
            s.reject(key, "is for messages; a hook of " + point.label() + " meets none");
        }
    }

    private static boolean isWord(String text) {
        return WORD.matcher(text).matches();
    }

    private static Rollout rollout(Section s, Rollout d) {
        return new Rollout(
                s.integer("percent", d.percent(), 0, 100),
                set(s, "tenants", d.tenants(), TenantConfig::isId, "holds what is no tenant id"));
    }

    private static Set<String> set(Section s, String key, Set<String> usual, Predicate<String> valid, String what) {
        return Set.copyOf(s.list(key, List.copyOf(usual), valid, what));
    }

    private static Retry retry(Section s, Retry d) {
        Retry retry = new Retry(
                s.integer("attempts", d.attempts(), 1, ATTEMPTS),
                s.duration("backoff", d.backoff(), MS, HOUR),
                s.decimal("multiplier", d.multiplier(), 1, MULTIPLIER),
                s.duration("max", d.max(), MS, HOUR),
                s.bool("jitter", d.jitter()));
        if (retry.max().compareTo(retry.backoff()) < 0) {
            s.reject("max", "is shorter than backoff");
        }
        return retry;
    }
}
