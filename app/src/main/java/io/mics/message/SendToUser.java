package io.mics.message;

import io.mics.offline.OfflinePath;
import io.mics.protocol.AckReason;
import io.mics.protocol.Delivery;
import io.mics.routing.LocalDelivery;
import io.mics.routing.UserDelivery;
import io.mics.tenant.Tenant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Sends to one user: asks the hooks, then every device, then keeps it for later. */
public final class SendToUser {
    /** How long a message waits for one of its tenant's permits. */
    private static final long PERMIT_WAIT_MILLIS = 10;

    private final PreSend hooks;
    private final UserDelivery devices;
    private final OfflinePath offline;
    private final MessageSteps steps;

    public SendToUser(PreSend hooks, UserDelivery devices, OfflinePath offline, MessageSteps steps) {
        this.steps = steps;
        this.hooks = hooks;
        this.devices = devices;
        this.offline = offline;
    }

    Attempted send(Sender sender, Delivery delivery) throws InterruptedException {
        Tenant tenant = sender.tenant();
        Semaphore permits = tenant.limits().sends();
        if (!acquire(permits, sender)) {
            return new Attempted(new Outcome.Rejected(AckReason.TENANT_BUSY), delivery);
        }
        try {
            return switch (hooks.ask(sender, delivery)) {
                case PreSend.Verdict.Stop stop -> new Attempted(stop.outcome(), delivery);
                case PreSend.Verdict.Go go -> new Attempted(deliver(sender, go.delivery()), go);
            };
        } finally {
            permits.release();
        }
    }

    /** Takes a permit; a sender that has to wait for it first starts what it has given others to write. */
    static boolean acquire(Semaphore permits, Sender sender) throws InterruptedException {
        if (permits.tryAcquire()) {
            return true;
        }
        sender.writes().start();
        return permits.tryAcquire(PERMIT_WAIT_MILLIS, TimeUnit.MILLISECONDS);
    }

    private Outcome deliver(Sender sender, Delivery delivery) throws InterruptedException {
        Tenant tenant = sender.tenant();
        String user = delivery.message().getToUserId();
        LocalDelivery.Outcome reached = devices.deliver(tenant.id(), user, delivery, sender.writes());
        steps.reached(sender, user, reached);
        return switch (reached) {
            case DELIVERED -> Outcome.Sent.WHOLE;
            case NO_SESSION -> keep(sender, user, delivery, AckReason.NO_ROUTES);
            case NOT_TAKEN -> keep(sender, user, delivery, AckReason.DELIVERY_FAILED);
        };
    }

    private Outcome keep(Sender sender, String user, Delivery delivery, String otherwise) throws InterruptedException {
        boolean kept = offline.keep(sender.tenant(), user, delivery);
        steps.kept(sender, user, kept);
        return kept ? Outcome.Sent.WHOLE : new Outcome.Failed(otherwise);
    }
}
