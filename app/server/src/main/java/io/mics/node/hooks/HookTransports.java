package io.mics.node.hooks;

import io.helidon.common.LazyValue;
import io.mics.hook.grpc.GrpcHookClients;
import io.mics.hook.http.MicsHttpClients;
import io.mics.hook.local.PluginClient;
import io.mics.hook.local.PluginFolder;
import io.mics.hook.point.HookClient;
import io.mics.hook.policy.HookClientFactory;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.Target;
import io.mics.hook.webhook.WebhookClients;
import io.mics.observe.Log;
import java.nio.file.Path;
import java.util.List;

/** How hooks are reached, by the type of their transport; nothing of one is loaded before a hook needs it. */
public final class HookTransports implements HookClientFactory, AutoCloseable {
    private static final Log LOG = Log.of(HookTransports.class);

    private final LazyValue<GrpcHookClients> grpc = LazyValue.create(GrpcHookClients::new);
    private final HookClientFactory http;
    private final HookClientFactory webhooks;
    private final PluginFolder folder;
    private final HookClientFactory plugins;

    /**
     * No connection yet.
     *
     * @param plugins         the folder with plugins' jars
     * @param maxMessageBytes of a message a hook may make; 0 is unlimited
     * @param outboundHttp    makes calls over HTTP; not closed here
     */
    HookTransports(Path plugins, int maxMessageBytes, OutboundHttp outboundHttp) {
        this.http = new MicsHttpClients(outboundHttp.backends(), outboundHttp.client());
        this.webhooks = new WebhookClients(outboundHttp.client(), outboundHttp::egress);
        this.folder = new PluginFolder(plugins);
        this.plugins = PluginClient.factory(folder, maxMessageBytes);
    }

    /** Logs which of these hooks are plugins that are not there; they are looked for again when they are called. */
    public void warnOfMissingPlugins(List<HookDefinition> hooks) {
        for (HookDefinition hook : hooks) {
            if (hook.target() instanceof Target.Local local) {
                String cause = folder.missing(hook.point(), local.className());
                if (!cause.isEmpty()) {
                    LOG.warn("plugin_not_found", "hook", hook.id(), "cause", cause);
                }
            }
        }
    }

    @Override
    public HookClient open(HookDefinition definition) {
        HookClientFactory factory = switch (definition.target()) {
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
