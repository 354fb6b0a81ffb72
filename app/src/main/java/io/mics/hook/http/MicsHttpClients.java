package io.mics.hook.http;

import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookDefinition;
import io.mics.hook.point.Target;
import java.util.Optional;

/** Hooks of transport {@code mics-http}, which share one client and its idle connections. */
public final class MicsHttpClients implements HookClient.Factory, AutoCloseable {
    private static final int MAX_PROBED_BYTES = 64 << 10;

    private final HttpTransport transport = new HttpTransport();
    private final HttpCaller prober = new HttpCaller(MAX_PROBED_BYTES, AddressRule.FIRST, Optional.empty());

    @Override
    public HookClient open(HookDefinition definition) {
        if (!(definition.target() instanceof Target.MicsHttp target)) {
            throw new IllegalArgumentException(definition.id() + " is not of transport mics-http");
        }
        return new MicsHttpClient(target, transport, prober);
    }

    @Override
    public void close() {
        transport.close();
        prober.close();
    }
}
