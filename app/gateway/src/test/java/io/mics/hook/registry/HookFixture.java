package io.mics.hook.registry;

import io.mics.concurrent.CircuitBreaker;
import io.mics.concurrent.Deadline;
import io.mics.hook.point.Acknowledged;
import io.mics.hook.point.FakeAnswers;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookRequest;
import io.mics.hook.point.HookResponse;
import io.mics.hook.policy.HookClientFactory;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.HookPolicy;
import io.mics.hook.policy.Match;
import io.mics.hook.policy.MatchInput;
import io.mics.hook.policy.Retry;
import io.mics.hook.policy.Rollout;
import io.mics.hook.policy.SemanticVersion;
import io.mics.hook.policy.Target;
import io.mics.sdk.plugin.Admission;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.tenant.BackendSettings.OnFailure;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Scripted hooks, and what is recorded of them. */
public final class HookFixture implements HookClientFactory, HookExecution.Sink {
    /** What a pre-send hook answers. */
    public interface Behaviour extends BiFunction<HookContext, MessageDraft, HookResponse<HookResult>> {}

    public static final Behaviour ALLOWS =
            (context, draft) -> new HookResponse.Answered<>(new HookResult.Continue(draft));
    public static final Behaviour FAILS =
            (context, draft) -> new HookResponse.Failed<>(HookResponse.Kind.ERROR, "500 from nowhere");

    public final List<String> called = new CopyOnWriteArrayList<>();
    public final List<String> closed = new CopyOnWriteArrayList<>();
    public final List<HookExecution> executions = new CopyOnWriteArrayList<>();
    public final List<String> rolledBack = new CopyOnWriteArrayList<>();
    public final Map<String, LongSupplier> circuits = new ConcurrentHashMap<>();
    private final Map<String, Behaviour> behaviours = new ConcurrentHashMap<>();
    private final Map<String, Function<HookContext, HookResponse<Admission>>> doors = new ConcurrentHashMap<>();
    private final Map<String, Function<HookContext, HookResponse<Acknowledged>>> listeners = new ConcurrentHashMap<>();

    /** From now on the version {@code id} (name@version) answers like this. */
    public void does(String id, Behaviour behaviour) {
        behaviours.put(id, behaviour);
    }

    /** From now on the entry or login hook {@code id} answers like this. */
    public void admits(String id, Function<HookContext, HookResponse<Admission>> door) {
        doors.put(id, door);
    }

    /** From now on the heartbeat hook {@code id} answers like this. */
    public void acknowledges(String id, Function<HookContext, HookResponse<Acknowledged>> listener) {
        listeners.put(id, listener);
    }

    /** The hook at another point, notified of this share of heartbeats. */
    public static HookDefinition at(HookPoint point, double sample, HookDefinition d) {
        return new HookDefinition(
                point,
                d.name(),
                d.version(),
                d.priority(),
                d.match(),
                d.rollout(),
                d.mode(),
                d.target(),
                d.policy(),
                d.retry(),
                d.guarantee(),
                sample,
                d.notified());
    }

    public static HookDefinition hook(String name, String version, int priority) {
        return new HookDefinition(
                HookPoint.PRE_SEND,
                name,
                SemanticVersion.parse(version).orElseThrow(),
                priority,
                Match.ANY,
                Rollout.ALL,
                HookDefinition.Mode.ENFORCE,
                new Target.Grpc(URI.create("http://127.0.0.1:1"), ""),
                new HookPolicy(
                        Duration.ofSeconds(5),
                        100,
                        0,
                        OnFailure.ALLOW,
                        CircuitBreaker.Rules.ofShares(0.3, Duration.ZERO, 1, 10, Duration.ofHours(1))),
                Retry.DEFAULTS,
                HookDefinition.Guarantee.AT_LEAST_ONCE);
    }

    public static HookDefinition with(HookDefinition d, Rollout rollout) {
        return copy(d, d.match(), rollout, d.mode(), d.policy());
    }

    public static HookDefinition with(HookDefinition d, Match match) {
        return copy(d, match, d.rollout(), d.mode(), d.policy());
    }

    public static HookDefinition with(HookDefinition d, HookDefinition.Mode mode) {
        return copy(d, d.match(), d.rollout(), mode, d.policy());
    }

    public static HookDefinition with(HookDefinition d, HookPolicy policy) {
        return copy(d, d.match(), d.rollout(), d.mode(), policy);
    }

    private static HookDefinition copy(
            HookDefinition d, Match match, Rollout rollout, HookDefinition.Mode mode, HookPolicy policy) {
        return new HookDefinition(
                d.point(),
                d.name(),
                d.version(),
                d.priority(),
                match,
                rollout,
                mode,
                d.target(),
                policy,
                d.retry(),
                d.guarantee(),
                d.sample(),
                d.notified());
    }

    public static MatchInput by(String user) {
        return new MatchInput("t1", "", "single", "text", user);
    }

    public static Rollout percent(int percent) {
        return new Rollout(percent, Set.of());
    }

    @Override
    public HookClient open(HookDefinition definition) {
        return new Scripted(definition.id());
    }

    @Override
    public void executed(HookExecution execution) {
        executions.add(execution);
    }

    @Override
    public void logged(String tenant, String messageId, String messageType, String traceId) {}

    @Override
    public void registered(String tenant, String hook, LongSupplier circuit) {
        circuits.put(tenant + " " + hook, circuit);
    }

    @Override
    public void rolledBack(String tenant, HookDefinition version, String cause) {
        rolledBack.add(tenant + " " + version.id() + " " + cause);
    }

    private static HookResponse<Admission> allow(HookContext context) {
        return new HookResponse.Answered<>(new Admission.Allow());
    }

    private final class Scripted implements HookClient {
        private final String id;

        Scripted(String id) {
            this.id = id;
        }

        @Override
        public <A> HookResponse<A> call(HookContext context, HookRequest<A> request, Deadline deadline) {
            called.add(id);
            return new FakeAnswers() {
                @Override
                public HookResult verdict(MessageDraft sent) throws UnusableException {
                    return answerOf(behaviours.getOrDefault(id, ALLOWS).apply(context, sent));
                }

                @Override
                public Admission admission() throws UnusableException {
                    return answerOf(doors.getOrDefault(id, HookFixture::allow).apply(context));
                }

                @Override
                public Acknowledged acknowledgement() throws UnusableException {
                    return answerOf(listeners
                            .getOrDefault(id, any -> new HookResponse.Answered<>(Acknowledged.ACKNOWLEDGED))
                            .apply(context));
                }
            }.responseTo(request);
        }

        @Override
        public HookResponse<Acknowledged> probe(Deadline deadline) {
            return new HookResponse.Answered<>(Acknowledged.ACKNOWLEDGED);
        }

        @Override
        public void close() {
            closed.add(id);
        }
    }
}
