package io.mics.session;

import io.mics.auth.Principal;
import io.mics.protocol.FrameCodec;
import io.mics.protocol.ProtobufCodec;
import io.mics.protocol.json.JsonCodec;
import io.mics.routing.directory.RecentSends;
import io.mics.tenant.Tenant;
import io.mics.tenant.TenantSettings;
import io.mics.timer.TimingWheel;
import java.util.Optional;

/** Makes sessions as this node and their tenants are set: what each speaks, its queue, and its timers. */
public final class SessionFactory {
    private final SessionSettings settings;
    private final OutboundBudget budget;
    private final TimingWheel wheel;

    /**
     * Sessions whose queues share {@code budget}.
     *
     * @param wheel looks at their heartbeats and writes
     */
    public SessionFactory(SessionSettings settings, OutboundBudget budget, TimingWheel wheel) {
        this.settings = settings;
        this.budget = budget;
        this.wheel = wheel;
    }

    /** Why a tenant cannot be served here: a durable one needs a store. */
    Optional<String> refusal(Tenant tenant) {
        return tenant.settings().isDurable() ? settings.storeRefusal().apply(tenant) : Optional.empty();
    }

    /** This node's id. */
    String node() {
        return settings.node();
    }

    /** A session that nobody knows yet. */
    Session create(
            Principal principal,
            Sessions.Acceptance acceptance,
            String traceId,
            Sessions.Asked asked,
            Connection connection,
            RecentSends recent,
            SessionMeters meters) {
        TenantSettings tenant = principal.tenant().settings();
        FrameCodec codec = asked.json()
                ? new JsonCodec(
                        principal.user(), tenant.maxContentLength(), tenant.failuresAsErrors(), tenant.isDurable())
                : ProtobufCodec.INSTANCE;
        boolean dropOldest = tenant.slowConsumer() == TenantSettings.SlowConsumer.DROP_OLDEST;
        OutboundQueue queue = new OutboundQueue(settings.queueFrames(), settings.queueBytes(), dropOldest, budget);
        SessionTiming timing = new SessionTiming(
                wheel, settings.keepalive().toNanos(), settings.writeStall().toNanos(), meters.dropped);
        Session session = new Session(principal, acceptance, traceId, codec, queue, connection, recent, timing);
        if (tenant.isDurable() && !asked.syncs()) {
            session.durable().awaitMissed();
        }
        return session;
    }
}
