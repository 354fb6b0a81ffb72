package io.mics.message;

import io.mics.concurrent.NodeLoad;
import io.mics.concurrent.PendingWrites;
import io.mics.proto.node.v1.SentMessage;
import io.mics.routing.directory.RecentSends;
import io.mics.tenant.Tenant;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Who sends: taken from the session, never from the message. */
public final class Sender {
    /** How long a message waits for one of its tenant's permits. */
    private static final long PERMIT_WAIT_MILLIS = 10;

    private final Tenant tenant;
    private final String user;
    private final String device;
    private final long connection;
    private final String traceId;
    private final PendingWrites writes;
    private final NodeLoad.Handling handling;
    private final RecentSends recent;
    private final Fingerprint.Start start;
    private List<SentMessage> inherited = List.of();

    /**
     * The sender of one session.
     *
     * @param connection the sending connection, unique on this node
     * @param writes     connections this sender's messages gave something to write; started before the sender blocks
     * @param handling   this sender's turn among its tenant's connections; ended by {@code writes} when they start
     * @param recent     remembers what is sent, for the node the device moves to
     */
    public Sender(
            Tenant tenant,
            String user,
            String device,
            long connection,
            String traceId,
            PendingWrites writes,
            NodeLoad.Handling handling,
            RecentSends recent) {
        this.tenant = tenant;
        this.user = user;
        this.device = device;
        this.connection = connection;
        this.traceId = traceId;
        this.writes = writes;
        this.handling = handling;
        this.recent = recent;
        this.start = Fingerprint.Start.of(tenant.id(), user, device);
    }

    public Tenant tenant() {
        return tenant;
    }

    public String user() {
        return user;
    }

    public String device() {
        return device;
    }

    public long connection() {
        return connection;
    }

    public String traceId() {
        return traceId;
    }

    public PendingWrites writes() {
        return writes;
    }

    /**
     * Attempts at these messages were in flight on nodes the device was connected to before: a resend goes under the
     * same identity.
     */
    void inherit(List<SentMessage> inFlight) {
        inherited = inFlight;
    }

    /** The identity under which an attempt at a message was in flight elsewhere; 0 when there was none. */
    long inheritedDelivery(String msgId, long content) {
        for (SentMessage inFlight : inherited) {
            if (inFlight.getMsgId().equals(msgId) && inFlight.getContent() == content) {
                return inFlight.getAttempt();
            }
        }
        return 0;
    }

    /** Waits for this connection's turn, when the node is loaded by its tenant. */
    public void awaitTurn() {
        try {
            handling.begin(writes::start);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes a permit; one that has to wait for it first starts what it has given others to write. */
    public boolean acquire(Semaphore permits) throws InterruptedException {
        if (permits.tryAcquire()) {
            return true;
        }
        writes.start();
        return permits.tryAcquire(PERMIT_WAIT_MILLIS, TimeUnit.MILLISECONDS);
    }

    public RecentSends recent() {
        return recent;
    }

    /** What stands for one of its messages. */
    Fingerprint fingerprint(String msgId) {
        return start.with(msgId);
    }
}
