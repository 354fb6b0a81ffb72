package io.mics;

import io.helidon.common.LazyValue;
import io.mics.hook.grpc.GrpcHookClients;
import io.mics.hook.http.MicsHttpClients;
import io.mics.hook.local.PluginClient;
import io.mics.hook.local.PluginFolder;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookDefinition;
import io.mics.hook.point.HookSetup;
import io.mics.hook.point.Target;
import io.mics.hook.webhook.Egress;
import io.mics.hook.webhook.WebhookClients;
import java.nio.file.Path;

/** How hooks are reached, by the type of their transport; nothing of one is loaded before a hook needs it. */
final class HookTransports implements HookClient.Factory, AutoCloseable {
    private final LazyValue<GrpcHookClients> grpc = LazyValue.create(GrpcHookClients::new);
    private final LazyValue<MicsHttpClients> http = LazyValue.create(MicsHttpClients::new);
    private final HookClient.Factory webhooks = new WebhookClients(this::egress);
    private final HookClient.Factory plugins;
    private volatile Egress egress = Egress.DEFAULT;

    /**
     * No connection yet.
     *
     * @param plugins         the folder with plugins' jars
     * @param maxMessageBytes of a message a hook may make; 0 is unlimited
     */
    HookTransports(Path plugins, int maxMessageBytes) {
        this.plugins = PluginClient.factory(new PluginFolder(plugins), maxMessageBytes);
    }

    /** Sends webhooks only where {@code setup} allows from now on, which is the next call. */
    HookTransports allowing(HookSetup setup) {
        egress = switch (Egress.parse(setup.webhookAllow(), setup.webhookDeny())) {
            case Egress.Parsed.Read read -> read.egress();
            case Egress.Parsed.Refused refused -> throw new IllegalArgumentException(refused.toString());
        };
        return this;
    }

    private Egress egress() {
        return egress;
    }

    @Override
    public HookClient open(HookDefinition definition) {
        HookClient.Factory factory = switch (definition.target()) {
            case Target.Grpc target -> grpc.get();
            case Target.Webhook target -> webhooks;
            case Target.Local target -> plugins;
            case Target.MicsHttp target -> http.get();
        };
        return factory.open(definition);
    }

    @Override
    public void close() {
        if (grpc.isLoaded()) {
            grpc.get().close();
        }
        if (http.isLoaded()) {
            http.get().close();
        }
    }
}
