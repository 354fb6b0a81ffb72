package io.mics.session;

import io.mics.auth.Principal;
import io.mics.concurrent.LazyLatch;
import io.mics.concurrent.PendingWrites;
import io.mics.proto.node.v1.SentMessage;
import io.mics.protocol.CloseCode;
import io.mics.protocol.Delivery;
import io.mics.protocol.FrameCodec;
import io.mics.protocol.OutboundFrame;
import io.mics.protocol.Payload;
import io.mics.routing.directory.DeviceKey;
import io.mics.routing.directory.LocalDevices;
import io.mics.routing.directory.RecentSends;
import io.mics.tenant.Tenant;
import io.mics.timer.TimerTask;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connected device: who it is, when it last sent something, and what waits to be sent to it. Lives from admission
 * until its reader ends; {@link #close} may be called by anyone, at any time, more than once.
 */
public final class Session implements TimerTask {
    private static final long NO_PING = Long.MAX_VALUE / 4;
    private static final long CLOSE_HANDSHAKE_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** What one byte of an unfinished message is worth of a heartbeat: 1 KiB/s keeps a session alive. */
    private static final long NANOS_PER_BYTE = TimeUnit.SECONDS.toNanos(1) / 1024;

    /** A device that speaks JSON need not send heartbeats of its own: its pongs count, so it is asked in time. */
    private static final int PINGS_PER_TEXT_HEARTBEAT = 3;

    private final Tenant tenant;
    private final String user;
    private final String device;
    private final Sessions.Acceptance accepted;
    private final String traceId;
    private final FrameCodec codec;
    private final OutboundQueue queue;
    private final Connection connection;
    private final SessionTiming timing;
    private final SessionTimers timers;
    private final long heartbeatNanos;
    private final long pingNanos;
    private final long openedNanos = System.nanoTime();
    /** Guarded by its own monitor. */
    private final RecentIds queued = new RecentIds();

    private final PresenceEventState presenceEvents = new PresenceEventState();
    private volatile RecentSends recentSends;
    private final DurableState durable;
    private List<SentMessage> inherited = List.of();
    private final AtomicReference<@Nullable Closing> closing = new AtomicReference<>();
    private volatile long lastReceivedNanos = openedNanos;
    private volatile boolean handling;
    private final LazyLatch handledLatch = new LazyLatch();
    private volatile boolean open;
    private long nextPingNanos;

    /** Why and when a session began to end. */
    public record Closing(CloseCode code, String reason, long nanos) {}

    /** A session that is not registered yet. */
    Session(
            Principal principal,
            Sessions.Acceptance accepted,
            String traceId,
            FrameCodec codec,
            OutboundQueue queue,
            Connection connection,
            RecentSends recentSends,
            SessionTiming timing) {
        this.tenant = principal.tenant();
        this.user = principal.user();
        this.device = principal.device();
        this.accepted = accepted;
        this.traceId = traceId;
        this.codec = codec;
        this.queue = queue;
        this.durable = new DurableState(queue, queued);
        this.connection = connection;
        this.recentSends = recentSends;
        this.timing = timing;
        this.heartbeatNanos = tenant.settings().heartbeat().toNanos();
        this.timers = new SessionTimers(timing.wheel());
        long keepalive = timing.keepaliveNanos() == 0 ? NO_PING : timing.keepaliveNanos();
        this.pingNanos = codec.text() ? Math.min(keepalive, heartbeatNanos / PINGS_PER_TEXT_HEARTBEAT) : keepalive;
        this.nextPingNanos = openedNanos + pingNanos;
        // from the start: what is handed over before the pull begins may be in it
        queued.byContent(tenant.pullsOffline(openedNanos));
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

    /** Unique among this node's connections since it started, and in the order of their acceptance. */
    public long connectionId() {
        return accepted.number();
    }

    public String traceId() {
        return traceId;
    }

    /** As the directory knows it. */
    LocalDevices.Device toDevice() {
        return new LocalDevices.Device(tenant.id(), user, device, accepted.number(), accepted.nanos());
    }

    public FrameCodec codec() {
        return codec;
    }

    public OutboundQueue queue() {
        return queue;
    }

    /** Until 4100, as it was when the session began. */
    public long heartbeatSeconds() {
        return TimeUnit.NANOSECONDS.toSeconds(heartbeatNanos);
    }

    DeviceKey key() {
        return new DeviceKey(tenant.id(), user, device);
    }

    /** What this device sent lately; follows it to another node. */
    public RecentSends recentSends() {
        return recentSends;
    }

    /** What the device sent lately from the node it was connected to before. */
    public List<SentMessage> inherited() {
        return inherited;
    }

    void inherit(List<SentMessage> sent) {
        inherited = sent;
        recentSends.inherit(sent);
    }

    /** Goes on with what the device sent from its sessions on this node. Before anybody else sees this one. */
    void continueWith(RecentSends sent) {
        recentSends = sent;
    }

    /** What was published of its beginning and end. */
    PresenceEventState presenceEvents() {
        return presenceEvents;
    }

    /** Waits until the message being handled, if there is one, is handled, at most {@code nanos}. */
    void awaitHandled(long nanos) {
        handledLatch.await(() -> !handling, nanos);
    }

    long openedNanos() {
        return openedNanos;
    }

    /** A message of the device is being handled: it does not expire meanwhile. */
    public void handling() {
        handling = true;
    }

    /** The device's message is handled; its heartbeat starts again at the returned {@link System#nanoTime()}. */
    public long handled() {
        long now = System.nanoTime();
        lastReceivedNanos = now;
        handling = false;
        Closing ending = closing.get();
        if (ending != null) {
            closeQueue(ending);
        }
        handledLatch.signal();
        return now;
    }

    /**
     * {@code bytes} of a message came that is not whole yet. They keep the session alive as long as they come at 1 KiB
     * per second or more; fewer only delay its end.
     */
    public void arriving(int bytes) {
        arriving(bytes, System.nanoTime());
    }

    /** Runs on the reader's thread, like everything that moves the clock. */
    void arriving(int bytes, long nanos) {
        long paid = lastReceivedNanos + bytes * NANOS_PER_BYTE;
        lastReceivedNanos = paid - nanos < 0 ? paid : nanos;
    }

    /** Queues a frame; says whether it was taken. An overflow closes the session with 4430. */
    public boolean send(OutboundFrame frame) {
        return send(codec.encode(frame), Runnable::run);
    }

    /** What it has beside, of a durable tenant. */
    public DurableState durable() {
        return durable;
    }

    /** Nothing that it missed follows any more, and its live messages do. */
    public void endMissed() {
        if (durable.endMissed()) {
            connection.startWriter(this);
        }
    }

    /** What was taken last has reached the socket. */
    public void written() {
        durable.written(queue.written());
    }

    /** Queues a delivery, a stored one once, whichever node sends it; {@code writes} starts the writer. */
    boolean send(Delivery delivery, PendingWrites writes) {
        synchronized (queued) {
            if (queued.isRepetition(delivery) || !durable.admitsLive(delivery)) {
                return true;
            }
            boolean taken = send(codec.encode(delivery), writes::add);
            if (taken) {
                queued.add(delivery);
            }
            return taken;
        }
    }

    private boolean send(Payload frame, Consumer<Runnable> start) {
        OutboundQueue.EnqueueResult outcome = queue.enqueue(frame);
        switch (outcome) {
            case START_WRITER -> start.accept(() -> connection.startWriter(this));
            case OVERFLOW -> close(CloseCode.TOO_SLOW, "outbound queue full");
            case QUEUED, CLOSED -> {}
        }
        return outcome == OutboundQueue.EnqueueResult.START_WRITER || outcome == OutboundQueue.EnqueueResult.QUEUED;
    }

    /** Queues an answer for the session's own reader, which flushes soon: nobody is woken to write it. */
    public void answer(Payload frame) {
        if (queue.enqueueWithoutWakeup(frame) == OutboundQueue.EnqueueResult.OVERFLOW) {
            close(CloseCode.TOO_SLOW, "outbound queue full");
        }
    }

    /** The device sent a close frame: it reads nothing more, so what is queued counts as unsent. */
    public void closedByPeer() {
        close(CloseCode.NORMAL, "");
    }

    /** Queues a message of the backlog, not behind live ones, waiting until {@code deadlineNanos} for room. */
    public boolean sendBacklog(Delivery delivery, long deadlineNanos) {
        Payload payload = codec.encode(delivery);
        OutboundQueue.EnqueueResult outcome = enqueueBacklog(delivery, payload);
        while (outcome == OutboundQueue.EnqueueResult.OVERFLOW) {
            long left = deadlineNanos - System.nanoTime();
            if (left <= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            queue.awaitWritten(left);
            outcome = enqueueBacklog(delivery, payload);
        }
        if (outcome == OutboundQueue.EnqueueResult.START_WRITER) {
            connection.startWriter(this);
        }
        return outcome != OutboundQueue.EnqueueResult.CLOSED;
    }

    private OutboundQueue.EnqueueResult enqueueBacklog(Delivery delivery, Payload payload) {
        synchronized (queued) {
            return durable.admitsBacklog(delivery)
                    ? queued.enqueueBacklog(queue, durable, delivery, payload)
                    : OutboundQueue.EnqueueResult.CLOSED;
        }
    }

    /**
     * Takes frames for the writer, up to {@code limit} bytes and at least one; none ends the writer's claim. A device
     * that speaks JSON, or can ask for them, is first notified of deliveries that were dropped.
     */
    public List<Payload> takeFrames(long limit) {
        List<Payload> frames = queue.take(limit);
        long dropped = frames.isEmpty() ? 0 : countDropped();
        if (dropped == 0 || !(codec.text() || tenant.settings().isDurable())) {
            return frames;
        }
        List<Payload> withGap = new ArrayList<>(frames.size() + 1);
        withGap.add(codec.encode(new OutboundFrame.Gap(dropped)));
        withGap.addAll(frames);
        return withGap;
    }

    long countDropped() {
        long dropped = queue.takeDropped();
        timing.dropped().add(dropped);
        return dropped;
    }

    /** Its connection was acknowledged: what is buffered for it may follow. */
    void opened() {
        open = true;
    }

    /** Stops comparing messages by content; holds nothing else of the session. */
    Runnable endOfRecognition() {
        return queued.endOfContent();
    }

    /** Whether it may be given what is buffered: its connection was acknowledged, and is not ending. */
    boolean isOpen() {
        return open && closing.get() == null;
    }

    /** Lets live deliveries follow the backlog. */
    void goLive() {
        if (queue.release() == OutboundQueue.EnqueueResult.START_WRITER) {
            connection.startWriter(this);
        }
    }

    /**
     * Ends the session: its last message is handled to its end and what is queued is still written, then the close
     * frame. A device too slow to read gets nothing more. The first caller's reason counts.
     */
    public void close(CloseCode code, String reason) {
        Closing ending = new Closing(code, reason, System.nanoTime());
        if (!closing.compareAndSet(null, ending)) {
            return;
        }
        if (!handling || code == CloseCode.TOO_SLOW) {
            closeQueue(ending);
        }
        timers.watch(this, CLOSE_HANDSHAKE_NANOS);
    }

    /** From now on it expires when it is silent for too long; {@link #timers()} end that. */
    void watch() {
        timers.watch(this, run(System.nanoTime()));
    }

    /** What the wheel has of it. */
    SessionTimers timers() {
        return timers;
    }

    private void closeQueue(Closing ending) {
        boolean discard = ending.code() == CloseCode.TOO_SLOW || ending.code() == CloseCode.NORMAL;
        if (queue.close(discard) == OutboundQueue.EnqueueResult.START_WRITER) {
            connection.startWriter(this);
        }
    }

    /** Why the session is ending, or null while it is not. */
    public @Nullable Closing closing() {
        return closing.get();
    }

    @Override
    public long run(long nanos) {
        Closing ending = closing.get();
        if (ending != null) {
            long left = ending.nanos() + CLOSE_HANDSHAKE_NANOS - nanos;
            if (left > 0) {
                return left;
            }
            connection.abort();
            return NEVER;
        }
        long blockedSince = connection.writingSince();
        if (blockedSince != 0 && nanos - blockedSince > timing.writeStallNanos()) {
            close(CloseCode.TOO_SLOW, "socket takes no data");
            return NEVER;
        }
        long silence = handling ? 0 : nanos - lastReceivedNanos;
        if (silence > heartbeatNanos) {
            close(CloseCode.HEARTBEAT_TIMEOUT, "heartbeat timeout");
            return NEVER;
        }
        if (nanos - nextPingNanos >= 0) {
            nextPingNanos = nanos + pingNanos;
            send(Payload.ping(), Runnable::run);
        }
        long untilStall = timing.writeStallNanos();
        return Math.min(Math.min(heartbeatNanos - silence, nextPingNanos - nanos), untilStall);
    }
}
