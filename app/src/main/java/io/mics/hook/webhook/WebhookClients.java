package io.mics.hook.webhook;

import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookDefinition;
import io.mics.hook.point.Target;
import java.util.function.Supplier;

/** Hooks of transport {@code webhook}. */
public final class WebhookClients implements HookClient.Factory {
    private final Supplier<Egress> egress;

    /** Webhooks that may be sent where {@code egress} says at the time of each call. */
    public WebhookClients(Supplier<Egress> egress) {
        this.egress = egress;
    }

    @Override
    public HookClient open(HookDefinition definition) {
        if (!(definition.target() instanceof Target.Webhook target)) {
            throw new IllegalArgumentException(definition.id() + " is not of transport webhook");
        }
        return new WebhookClient(definition, target, egress);
    }
}
