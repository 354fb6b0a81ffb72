package io.mics.session;

import io.mics.auth.Authenticator;
import io.mics.auth.Principal;
import io.mics.concurrent.LazyLatch;
import io.mics.observe.Log;
import io.mics.offline.OfflinePath;
import io.mics.protocol.CloseCode;
import io.mics.protocol.ConnectDecision;
import io.mics.protocol.ConnectDecision.Accepted;
import io.mics.protocol.ConnectDecision.Refused;
import io.mics.protocol.Delivery;
import io.mics.protocol.OutboundFrame;
import io.mics.routing.directory.Presence;
import io.mics.routing.directory.Routes;
import io.mics.tenant.LimitSettings;
import io.mics.tenant.Tenant;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The life of a session: authenticated, admitted, registered, acknowledged, given its backlog, live, and at its end
 * cleaned up whatever ended it. One scope: what {@link #open} registered, {@link #ended} removes.
 */
public final class Sessions {
    private static final Log LOG = Log.of(Sessions.class);
    private static final ConnectDecision<Session> LEFT = new Refused<>(CloseCode.NORMAL, "");
    private static final long LAST_WRITE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Who speaks JSON names conversations by their users. */
    private static final String COLON = "invalid user_id: contains :, which separates users in a conversationId";

    private final Authenticator authenticator;
    private final SessionRegistry registry;
    private final SessionFactory factory;
    private final Backlog backlog;
    private final OfflinePath offline;
    private final SessionEvents events;
    private final Presence presence;
    private final SessionMeters.OfTenants meters;
    private final ReconnectBackoff reconnectBackoff = new ReconnectBackoff();
    private final AtomicLong connectionIds = new AtomicLong();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong changes = new AtomicLong();
    private final LazyLatch changed = new LazyLatch();

    /** The sessions of one node. */
    public Sessions(
            Authenticator authenticator,
            SessionRegistry registry,
            SessionFactory factory,
            Backlog backlog,
            OfflinePath offline,
            SessionEvents events,
            Presence presence,
            SessionMeters.OfTenants meters) {
        this.authenticator = authenticator;
        this.registry = registry;
        this.factory = factory;
        this.backlog = backlog;
        this.offline = offline;
        this.events = events;
        this.presence = presence;
        this.meters = meters;
    }

    /**
     * A connection that was accepted.
     *
     * @param number counts this node's connections since it started
     * @param nanos  when, a reading of {@link System#nanoTime()}
     */
    public record Acceptance(long number, long nanos) {}

    /**
     * What a connection asks for.
     *
     * @param origin the page it comes from; empty outside browsers
     * @param json   whether it speaks JSON
     * @param syncs  whether its device asks what it missed, so that nothing of that is pushed to it
     */
    public record Asked(String origin, boolean json, boolean syncs) {}

    /** Numbers a connection that is being accepted; of two of one device the one with the larger number wins. */
    public Acceptance accepted() {
        return new Acceptance(connectionIds.incrementAndGet(), System.nanoTime());
    }

    /** A peer left before it was decided whether it gets a session. */
    public void leftEarly() {
        meters.leftEarly();
    }

    /**
     * Opens a session on {@code connection}, unless its peer has left or the device has one that was accepted later.
     * Blocks for the auth, entry and login hooks; a caller that gets one must call {@link #ended}.
     */
    public ConnectDecision<Session> open(
            Acceptance acceptance, Authenticator.Credentials credentials, Asked asked, Connection connection)
            throws InterruptedException {
        boolean json = asked.json() || authenticator.isTokenAlone(credentials);
        Asked granted = new Asked(asked.origin(), json, asked.syncs());
        return authenticator.authenticate(credentials).then(principal -> {
            meters.of(principal.tenant());
            if (!principal.tenant().settings().admits(asked.origin())) {
                return new Refused<>(CloseCode.AUTH_FAILED, "origin not allowed");
            }
            Optional<String> unserved = factory.refusal(principal.tenant());
            if (unserved.isPresent()) {
                return new Refused<>(CloseCode.LIMIT_REACHED, unserved.get());
            }
            if (json && principal.user().indexOf(':') >= 0) {
                return new Refused<>(CloseCode.AUTH_FAILED, COLON);
            }
            awaitReconnectBackoff(principal);
            if (connection.hasLeft()) {
                return LEFT;
            }
            return authenticator
                    .login(principal, credentials)
                    .then(welcome -> connection.hasLeft()
                            ? LEFT
                            : admit(
                                    newSession(welcome, acceptance, credentials.traceId(), granted, connection),
                                    acceptance.nanos()));
        });
    }

    private ConnectDecision<Session> admit(Session session, long start) throws InterruptedException {
        ConnectDecision<Optional<Session>> registered = registry.register(session);
        countLimit(session, registered);
        return registered.then(replaced -> {
            replaced.ifPresent(before -> {
                noteReplaced(session);
                before.close(CloseCode.REPLACED, ConnectDecision.REPLACED);
            });
            return register(session, start);
        });
    }

    private ConnectDecision<Session> register(Session session, long start) throws InterruptedException {
        countOpen(1);
        if (session.tenant().gone()) {
            // removed while it was asked who this is; once registered, it is not forgotten under the session
            return refused(session, new Refused<>(CloseCode.UNKNOWN_TENANT, "unknown tenant"));
        }
        try {
            ConnectDecision<Presence.RegisteredDevice> registration =
                    presence.register(session.toDevice(), limitsOf(session));
            countLimit(session, registration);
            return switch (registration) {
                case Refused<Presence.RegisteredDevice> refused ->
                    refused(session, new Refused<>(refused.code(), refused.reason()));
                case Accepted<Presence.RegisteredDevice> accepted -> {
                    begin(session, accepted.result(), start);
                    yield new Accepted<>(session);
                }
            };
        } catch (Throwable e) {
            ended(session, CloseCode.INTERNAL_ERROR);
            throw e;
        }
    }

    private void begin(Session session, Presence.RegisteredDevice registered, long start) {
        SessionMeters count = meters.of(session.tenant());
        session.inherit(registered.sent());
        if (registered.replaced().connection() != 0) {
            noteReplaced(session);
        }
        count.connected.increment();
        session.send(new OutboundFrame.Connected(
                session.tenant().id(),
                session.user(),
                session.device(),
                factory.node(),
                session.traceId(),
                session.heartbeatSeconds()));
        events.online(session, registered.replaced());
        backlog.begin(session, delivery -> goOffline(session, delivery));
        session.watch();
        count.connectDuration.recordSince(start);
    }

    private void countLimit(Session session, ConnectDecision<?> decision) {
        if (decision instanceof Refused<?> refused && refused.code() == CloseCode.LIMIT_REACHED) {
            meters.of(session.tenant()).connectionLimit.increment();
        }
    }

    private ConnectDecision<Session> refused(Session session, Refused<Session> refused) {
        try {
            leave(session);
        } finally {
            countOpen(-1);
        }
        return refused;
    }

    private void noteReplaced(Session by) {
        reconnectBackoff.replaced(by.tenant().id(), by.user(), by.device(), System.nanoTime());
    }

    private static Routes.Limits limitsOf(Session session) {
        LimitSettings limits = session.tenant().settings().limits();
        return new Routes.Limits(limits.devicesPerUser(), limits.connections());
    }

    /**
     * The session's reader has ended: nothing of it is left behind. What its socket did not take, and no other device
     * of the user was there to get, goes the offline path.
     *
     * @param code why, unless the session was closed by us before
     */
    public void ended(Session session, CloseCode code) {
        try {
            cleanUp(session, code);
        } finally {
            countOpen(-1);
        }
    }

    /** Sessions whose end is not complete: what they leave may still be going offline. */
    public int open() {
        return open.get();
    }

    /** A device sent a frame of an unknown kind, which was ignored. */
    public void ignoredFrame(Tenant tenant) {
        meters.of(tenant).ignored.increment();
    }

    /** Grows whenever a session has been registered, or its end is complete. */
    long changes() {
        return changes.get();
    }

    /** Waits until {@link #changes} is no longer {@code seen}, at most {@code nanos}; an interrupt ends the wait. */
    void awaitChange(long seen, long nanos) {
        changed.await(() -> changes.get() != seen, nanos);
    }

    private void countOpen(int change) {
        open.addAndGet(change);
        changes.incrementAndGet();
        changed.signal();
    }

    private void cleanUp(Session session, CloseCode code) {
        Session.Closing closing = session.closing();
        SessionMeters count = meters.of(session.tenant());
        int unsent = leave(session);
        CloseCode counted = closing == null ? code : closing.code();
        count.disconnected(counted).increment();
        if (counted == CloseCode.HEARTBEAT_TIMEOUT) {
            count.heartbeatTimeouts.increment();
        }
        session.countDropped();
        if (counted == CloseCode.TOO_SLOW) {
            count.slowConsumers.increment();
            LOG.warn(
                    "slow_consumer_closed",
                    "tenant",
                    session.tenant().id(),
                    "user",
                    session.user(),
                    "traceId",
                    session.traceId(),
                    "unsent",
                    unsent);
        }
    }

    /**
     * Makes a session unknown and publishes its end, unless the node to which the device moved does that; what it was
     * given and its socket did not take goes the offline path.
     */
    private int leave(Session session) {
        session.timers().end();
        try {
            if (registry.unregister(session) && !presence.unregister(session.toDevice())) {
                session.presenceEvents().movedAway();
            }
            events.offline(session);
        } finally {
            registry.ended(session);
        }
        session.queue().awaitWriter(LAST_WRITE_NANOS);
        List<Delivery> unsent = session.queue().takeUnsent();
        for (Delivery delivery : unsent) {
            if (delivery.mayGoOffline() && !registry.othersGot(session, delivery.acceptedNanos())) {
                goOffline(session, delivery);
            }
        }
        return unsent.size();
    }

    private void goOffline(Session session, Delivery delivery) {
        try {
            offline.accept(session.tenant(), session.user(), delivery);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Makes every series of a tenant exist, at 0. */
    public void registerMetrics(Tenant tenant) {
        var unused = meters.of(tenant);
    }

    private Session newSession(
            Principal principal, Acceptance acceptance, String traceId, Asked asked, Connection connection) {
        return factory.create(
                principal,
                acceptance,
                traceId,
                asked,
                connection,
                presence.remembering(),
                meters.of(principal.tenant()));
    }

    private void awaitReconnectBackoff(Principal principal) throws InterruptedException {
        String tenant = principal.tenant().id();
        Duration delay = reconnectBackoff.delay(tenant, principal.user(), principal.device(), System.nanoTime());
        if (delay.isZero()) {
            return;
        }
        meters.of(principal.tenant()).flapping.increment();
        Thread.sleep(delay);
    }
}
