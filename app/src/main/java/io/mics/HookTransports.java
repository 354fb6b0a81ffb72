package io.mics;

import io.helidon.common.LazyValue;
import io.mics.hook.grpc.GrpcHookClients;
import io.mics.hook.http.MicsHttpClients;
import io.mics.hook.local.PluginClient;
import io.mics.hook.local.PluginFolder;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookDefinition;
import io.mics.hook.point.Target;
import io.mics.hook.webhook.WebhookClients;
import java.nio.file.Path;

/** How hooks are reached, by the type of their transport; nothing of one is loaded before a hook needs it. */
final class HookTransports implements HookClient.Factory, AutoCloseable {
    private final LazyValue<GrpcHookClients> grpc = LazyValue.create(GrpcHookClients::new);
    private final HookClient.Factory http;
    private final HookClient.Factory webhooks;
    private final HookClient.Factory plugins;

    /**
     * No connection yet.
     *
     * @param plugins         the folder with plugins' jars
     * @param maxMessageBytes of a message a hook may make; 0 is unlimited
     * @param outgoing        makes calls over HTTP; not closed here
     */
    HookTransports(Path plugins, int maxMessageBytes, Outgoing outgoing) {
        this.http = new MicsHttpClients(outgoing.backends(), outgoing.client());
        this.webhooks = new WebhookClients(outgoing.client(), outgoing::egress);
        this.plugins = PluginClient.factory(new PluginFolder(plugins), maxMessageBytes);
    }

    @Override
    public HookClient open(HookDefinition definition) {
        HookClient.Factory factory = switch (definition.target()) {
            case Target.Grpc target -> grpc.get();
            case Target.Webhook target -> webhooks;
            case Target.Local target -> plugins;
            case Target.MicsHttp target -> http;
        };
        return factory.open(definition);
    }

    @Override
    public void close() {
        if (grpc.isLoaded()) {
            grpc.get().close();
        }
    }
}
