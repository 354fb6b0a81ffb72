package io.mics.session;

import com.google.protobuf.ByteString;
import io.mics.auth.Principal;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.protocol.Delivery;
import io.mics.protocol.FrameCodec;
import io.mics.protocol.Payload;
import io.mics.protocol.ProtobufCodec;
import io.mics.routing.directory.RecentSends;
import io.mics.tenant.Tenant;
import io.mics.tenant.TenantConfig;
import io.mics.tenant.TenantSettings;
import io.mics.timer.TimingWheel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Sessions of one tenant on sockets that a test decides about. */
final class Devices implements AutoCloseable {
    final Metrics metrics = new Metrics();
    final TimingWheel wheel;
    final Tenant tenant = new Tenant(new TenantConfig("t1", TenantSettings.DEFAULTS, Map.of()));
    private final OutboundBudget budget;
    private final AtomicLong ids = new AtomicLong();

    Devices(OutboundBudget budget) {
        this(budget, TimingWheel.start(Duration.ofMillis(10)));
    }

    Devices(OutboundBudget budget, TimingWheel wheel) {
        this.budget = budget;
        this.wheel = wheel;
    }

    Session session(String user, Connection socket) {
        return session(user, "d1", socket);
    }

    Session session(String user, String device, Connection socket) {
        return session(user, device, socket, ProtobufCodec.INSTANCE, 0);
    }

    Session session(String user, String device, Connection socket, FrameCodec codec, long keepaliveNanos) {
        return session(user, device, socket, codec, keepaliveNanos, Long.MAX_VALUE / 2);
    }

    Session session(
            String user,
            String device,
            Connection socket,
            FrameCodec codec,
            long keepaliveNanos,
            long writeStallNanos) {
        SessionTiming timing = new SessionTiming(
                wheel, keepaliveNanos, writeStallNanos, metrics.counter(Metric.OUTBOUND_DROPPED, "t1"));
        return new Session(
                new Principal(tenant, user, device),
                new Sessions.Acceptance(ids.incrementAndGet(), System.nanoTime()),
                "trace",
                codec,
                new OutboundQueue(0, 0, false, budget),
                socket,
                new RecentSends(),
                timing);
    }

    static Delivery delivery(String id, int bytes) {
        return delivery(id, bytes, 0);
    }

    static Delivery delivery(String id, int bytes, long identity) {
        return new Delivery(
                MessageRequest.newBuilder()
                        .setTenantId("t1")
                        .setMsgId(id)
                        .setMsgBody(ByteString.copyFrom(new byte[bytes]))
                        .build(),
                "",
                "trace",
                identity);
    }

    @Override
    public void close() {
        wheel.close();
    }

    /** A socket that takes nothing. */
    static class Stalled implements Connection {
        @Override
        public void startWriter(Session session) {}

        @Override
        public long writingSince() {
            return 0;
        }

        @Override
        public boolean hasLeft() {
            return false;
        }

        @Override
        public void abort() {}
    }

    /** A socket that takes everything at once, on the thread that offers it. */
    static class Taking extends Stalled {
        final List<String> taken = new CopyOnWriteArrayList<>();

        @Override
        public void startWriter(Session session) {
            List<Payload> frames = session.takeFrames(Long.MAX_VALUE);
            while (!frames.isEmpty()) {
                for (Payload frame : frames) {
                    Delivery delivery = frame.delivery();
                    taken.add(delivery == null ? "answer" : delivery.message().getMsgId());
                }
                session.queue().written();
                frames = session.takeFrames(Long.MAX_VALUE);
            }
        }
    }
}
