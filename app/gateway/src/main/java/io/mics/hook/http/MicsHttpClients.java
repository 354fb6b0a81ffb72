package io.mics.hook.http;

import io.mics.hook.point.HookClient;
import io.mics.hook.policy.HookClientFactory;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.Target;
import io.mics.httpclient.AddressRule;
import io.mics.httpclient.ConnectionPool;
import io.mics.httpclient.HttpClient;
import io.mics.httpclient.TrustStore;

/** Hooks of transport {@code mics-http}, which share the connections of their tenants' backends. */
public final class MicsHttpClients implements HookClientFactory {
    private final HttpBackendTransport transport;
    private final ConnectionPool prober;

    /** Hooks that are asked over {@code transport} and probed by {@code client}; neither is closed here. */
    public MicsHttpClients(HttpBackendTransport transport, HttpClient client) {
        this.transport = transport;
        this.prober = client.pool(() -> AddressRule.ANY, TrustStore.JVM);
    }

    @Override
    public HookClient open(HookDefinition definition) {
        if (!(definition.target() instanceof Target.MicsHttp target)) {
            throw new IllegalArgumentException(definition.id() + " is not of transport mics-http");
        }
        return new MicsHttpClient(target, transport, prober);
    }
}
