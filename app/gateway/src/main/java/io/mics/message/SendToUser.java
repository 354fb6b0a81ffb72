package io.mics.message;

import io.mics.hook.SendDecision;
import io.mics.offline.OfflinePath;
import io.mics.protocol.AckReason;
import io.mics.protocol.Delivery;
import io.mics.routing.delivery.UserDelivery;
import io.mics.tenant.Tenant;
import java.util.concurrent.Semaphore;

/** Sends to one user: asks the hooks, then delivers to every device, else stores it offline. */
public final class SendToUser {
    private final PreSend hooks;
    private final UserDelivery devices;
    private final OfflinePath offline;

    public SendToUser(PreSend hooks, UserDelivery devices, OfflinePath offline) {
        this.hooks = hooks;
        this.devices = devices;
        this.offline = offline;
    }

    Attempted send(Sender sender, Delivery delivery, MessageTrace trace) throws InterruptedException {
        Tenant tenant = sender.tenant();
        Semaphore permits = tenant.limits().sends();
        if (!sender.acquire(permits)) {
            return new Attempted(new Outcome.Rejected(AckReason.TENANT_BUSY), delivery);
        }
        try {
            return switch (hooks.ask(sender, delivery)) {
                case SendDecision.Denied denied -> Attempted.denied(denied, delivery);
                case SendDecision.Allowed allowed -> {
                    Delivery passed = delivery.with(allowed.message());
                    yield new Attempted(deliver(sender, passed, trace), passed, allowed.featureVersion());
                }
            };
        } finally {
            permits.release();
        }
    }

    private Outcome deliver(Sender sender, Delivery delivery, MessageTrace trace) throws InterruptedException {
        Tenant tenant = sender.tenant();
        String user = delivery.message().getToUserId();
        UserDelivery.Reached reached = devices.deliver(tenant.id(), user, delivery, sender.writes());
        trace.reached(reached);
        return switch (reached.kind()) {
            case DELIVERED -> Outcome.Sent.WHOLE;
            case NO_SESSION -> storeOffline(sender, delivery, trace, AckReason.NO_ROUTES);
            case NOT_TAKEN -> storeOffline(sender, delivery, trace, AckReason.DELIVERY_FAILED);
        };
    }

    /** Another node may store it, which takes a call: what waits to be written, and the turn, do not wait for that. */
    private Outcome storeOffline(Sender sender, Delivery delivery, MessageTrace trace, String otherwise)
            throws InterruptedException {
        sender.writes().start();
        boolean stored = offline.accept(sender.tenant(), delivery.message().getToUserId(), delivery);
        trace.storedOffline(stored);
        return stored ? Outcome.Sent.WHOLE : new Outcome.Failed(otherwise);
    }
}
