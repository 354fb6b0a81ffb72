package io.mics.message;

import io.mics.hook.CheckVerdict;
import io.mics.hook.Hooks;
import io.mics.offline.OfflinePath;
import io.mics.protocol.AckReason;
import io.mics.protocol.Delivery;
import io.mics.routing.LocalDelivery;
import io.mics.tenant.Tenant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Sends to one user: asks the tenant's hook, then every device, then keeps it for later. */
public final class SendToUser {
    /** How long a message waits for one of its tenant's permits. */
    static final long PERMIT_WAIT_MILLIS = 10;

    private final Hooks hooks;
    private final LocalDelivery local;
    private final OfflinePath offline;

    public SendToUser(Hooks hooks, LocalDelivery local, OfflinePath offline) {
        this.hooks = hooks;
        this.local = local;
        this.offline = offline;
    }

    Outcome send(Sender sender, Delivery delivery) throws InterruptedException {
        Tenant tenant = sender.tenant();
        Semaphore permits = tenant.limits().sends();
        if (!permits.tryAcquire() && !permits.tryAcquire(PERMIT_WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
            return new Outcome.Rejected(AckReason.TENANT_BUSY);
        }
        try {
            return switch (hooks.checkMessage(tenant, delivery.message(), sender.traceId())) {
                case CheckVerdict.Denied denied -> new Outcome.Rejected(denied.reason());
                case CheckVerdict.Allowed allowed -> deliver(tenant, delivery);
                case CheckVerdict.Degraded degraded -> deliver(tenant, delivery);
            };
        } finally {
            permits.release();
        }
    }

    private Outcome deliver(Tenant tenant, Delivery delivery) {
        String user = delivery.message().getToUserId();
        return switch (local.deliver(tenant.id(), user, delivery, LocalDelivery.NOBODY)) {
            case DELIVERED -> Outcome.Sent.WHOLE;
            case NO_SESSION -> keep(tenant, user, delivery, AckReason.NO_ROUTES);
            case NOT_TAKEN -> keep(tenant, user, delivery, AckReason.DELIVERY_FAILED);
        };
    }

    private Outcome keep(Tenant tenant, String user, Delivery delivery, String otherwise) {
        return offline.keep(tenant, user, delivery) ? Outcome.Sent.WHOLE : new Outcome.Failed(otherwise);
    }
}
