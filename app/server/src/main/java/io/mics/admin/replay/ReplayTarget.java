package io.mics.admin.replay;

import io.mics.hook.grpc.GrpcHookClients;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookPoint;
import io.mics.hook.policy.HookClientFactory;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.HookPolicy;
import io.mics.hook.policy.Match;
import io.mics.hook.policy.Retry;
import io.mics.hook.policy.Rollout;
import io.mics.hook.policy.SemanticVersion;
import io.mics.hook.policy.Target;
import io.mics.hook.record.HookCall;
import io.mics.hook.webhook.Egress;
import io.mics.hook.webhook.WebhookClients;
import io.mics.httpclient.HttpClient;
import io.mics.lifecycle.Closing;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Where calls are made again: one target, which is given the hooks' own names and versions. Safe on any thread. */
final class ReplayTarget implements AutoCloseable {
    static final HookPolicy POLICY = HookPolicy.DEFAULTS;

    private final Closing closing = new Closing();
    private final Target target;
    private final HookClientFactory factory;
    private final Map<Called, HookClient> clients = new ConcurrentHashMap<>();

    private record Called(HookPoint point, String hook, SemanticVersion version) {}

    ReplayTarget(Target target) {
        this.target = target;
        this.factory = switch (target) {
            case Target.Webhook webhook ->
                new WebhookClients(closing.add("http", HttpClient.ofDefaults()), () -> Egress.DEFAULT);
            case Target.Grpc grpc -> closing.add("grpc", new GrpcHookClients());
            case Target.Local local -> throw new IllegalArgumentException("a plugin is not called from here");
            case Target.MicsHttp http -> throw new IllegalArgumentException("mics-http is not called from here");
        };
    }

    /** The client for a call. */
    HookClient of(HookCall call) {
        return clients.computeIfAbsent(
                new Called(call.request().point(), call.hook(), call.version()),
                called -> factory.open(new HookDefinition(
                        called.point(),
                        called.hook(),
                        called.version(),
                        0,
                        Match.ANY,
                        Rollout.ALL,
                        HookDefinition.Mode.ENFORCE,
                        target,
                        POLICY,
                        Retry.DEFAULTS,
                        HookDefinition.Guarantee.AT_LEAST_ONCE)));
    }

    @Override
    public void close() {
        clients.values().forEach(HookClient::close);
        closing.close();
    }
}
