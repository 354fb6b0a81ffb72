package io.mics.hook.webhook;

import io.mics.hook.point.HookClient;
import io.mics.hook.policy.HookClientFactory;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.Target;
import io.mics.httpclient.HttpClient;
import java.util.function.Supplier;

/** Hooks of transport {@code webhook}. */
public final class WebhookClients implements HookClientFactory {
    private final HttpClient client;
    private final Supplier<Egress> egress;

    /**
     * Webhooks called by {@code client}, which is not closed here, and sent only where {@code egress} says at the time
     * of each call.
     */
    public WebhookClients(HttpClient client, Supplier<Egress> egress) {
        this.client = client;
        this.egress = egress;
    }

    @Override
    public HookClient open(HookDefinition definition) {
        if (!(definition.target() instanceof Target.Webhook target)) {
            throw new IllegalArgumentException(definition.id() + " is not of transport webhook");
        }
        return new WebhookClient(definition, target, client, egress);
    }
}
