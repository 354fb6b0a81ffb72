package io.mics.session;

import io.mics.observe.Log;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.offline.Drain;
import io.mics.offline.OfflineBuffer;
import io.mics.offline.OfflinePath;
import io.mics.offline.PresentSessions;
import io.mics.protocol.Delivery;
import java.time.Duration;
import java.util.Optional;

/**
 * Hands a user what was kept while they were away: in order, ahead of live traffic, each message leaving the buffer
 * only when it is on the socket queue. Never fails a session; ends with it.
 */
public final class Backlog implements PresentSessions {
    private static final Log LOG = Log.of(Backlog.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final OfflineBuffer<Delivery> buffer;
    private final SessionRegistry registry;
    private final TimingWheel wheel;
    private final Duration holdLive;
    private final Metrics metrics;
    private final String node;

    /**
     * A backlog over one buffer.
     *
     * @param holdLive how long live deliveries wait behind a backlog at most
     */
    public Backlog(
            OfflineBuffer<Delivery> buffer,
            SessionRegistry registry,
            TimingWheel wheel,
            Duration holdLive,
            Metrics metrics,
            String node) {
        this.buffer = buffer;
        this.registry = registry;
        this.wheel = wheel;
        this.holdLive = holdLive;
        this.metrics = metrics;
        this.node = node;
    }

    /** Starts a session's traffic: backlog first when there is one, then live. */
    void begin(Session session) {
        if (!start(session)) {
            session.goLive();
            return;
        }
        wheel.schedule(
                now -> {
                    session.goLive();
                    return Timed.NEVER;
                },
                holdLive.toNanos());
    }

    @Override
    public void offerBacklog(String tenant, String user) {
        Session session = registry.find(tenant, user);
        if (session != null) {
            start(session);
        }
    }

    /** Starts a drain when something is kept and nobody else is draining it; the drain ends by going live. */
    private boolean start(Session session) {
        Optional<Drain<Delivery>> drain = buffer.take(session.tenant().id(), session.user());
        drain.ifPresent(d -> Thread.ofVirtual().name("backlog").start(() -> run(session, d)));
        return drain.isPresent();
    }

    private void run(Session session, Drain<Delivery> drain) {
        int sent = 0;
        boolean failed = false;
        try (drain) {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            for (Delivery delivery : drain.messages()) {
                if (!session.sendBacklog(delivery, deadline)) {
                    failed = true;
                    break;
                }
                drain.confirm(1);
                LOG.debug("handed over", OfflinePath.described(session.user(), delivery));
                sent++;
            }
        } catch (RuntimeException e) {
            failed = true;
            LOG.error("offline drain failed", e, "tenant", session.tenant().id(), "traceId", session.traceId());
        } finally {
            session.goLive();
        }
        count(session, sent, failed);
        if (!failed || session.closing() != null) {
            // what was stored while this drain held the buffer found it taken
            offerBacklog(session.tenant().id(), session.user());
        }
    }

    private void count(Session session, int sent, boolean failed) {
        String tenant = session.tenant().id();
        metrics.counter(Metric.OFFLINE_DRAINED, tenant, node).add(sent);
        if (failed) {
            String reason = session.closing() == null ? "queue_full" : "session_closed";
            metrics.counter(Metric.OFFLINE_DRAIN_FAILED, tenant, reason).increment();
        }
    }
}
