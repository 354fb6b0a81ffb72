package io.mics.loadtest.cluster;

import io.mics.loadtest.history.Cast;
import io.mics.loadtest.history.Cast.Device;
import io.mics.loadtest.history.Cast.Group;
import io.mics.loadtest.history.ConnectionLog;
import io.mics.loadtest.history.ConnectionLog.Answer;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.HeartbeatPing;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The messages of one device: numbered from 1 over all its connections, a few at a time unanswered. One without an
 * answer is sent again under its number, after a time or on the next connection; a FAILED one is tried three times.
 * Confined to its device's thread.
 */
final class Outbox {
    private static final int MAX_FAILURES = 3;
    private static final long AFTER_FAILURE = TimeUnit.MILLISECONDS.toNanos(200);

    private static final class Pending {
        private final int target;
        private long due;
        private int failures;

        private Pending(int target) {
            this.target = target;
        }
    }

    private final Fleet fleet;
    private final Device device;
    private final Random random;
    private final List<Group> groups;
    private final List<Device> tenants;
    private final Map<Integer, Pending> pending = new TreeMap<>();
    private int last;

    Outbox(Fleet fleet, Device device, Random random) {
        this.fleet = fleet;
        this.device = device;
        this.random = random;
        Cast cast = fleet.history().cast();
        groups = cast.groups().stream()
                .filter(group -> group.tenant().equals(device.tenant()))
                .toList();
        tenants = cast.devices().stream()
                .filter(other -> other.tenant().equals(device.tenant()) && other.user() != device.user())
                .toList();
    }

    static ClientFrame ping() {
        return ClientFrame.newBuilder()
                .setHeartbeatPing(HeartbeatPing.newBuilder().setTimestampMs(System.currentTimeMillis()))
                .build();
    }

    /** Sends everything unanswered again, in order. */
    void reconnected(ClientSocket socket, ConnectionLog log) throws IOException {
        for (Map.Entry<Integer, Pending> entry : pending.entrySet()) {
            send(socket, log, entry.getKey(), entry.getValue());
        }
    }

    /** Sends what is due; returns when the next new message is. */
    long work(ClientSocket socket, ConnectionLog log, long now, long nextSend) throws IOException {
        for (Map.Entry<Integer, Pending> entry : pending.entrySet()) {
            if (entry.getValue().due <= now) {
                send(socket, log, entry.getKey(), entry.getValue());
            }
        }
        if (nextSend > now || pending.size() >= fleet.workload().window() || !fleet.sending()) {
            return nextSend;
        }
        Pending fresh = new Pending(target());
        pending.put(++last, fresh);
        fleet.counted();
        send(socket, log, last, fresh);
        long pause = fleet.workload().pauseNanos();
        // somebody who was away does not make up for all of it
        return Math.max(nextSend + pause, now - 2 * pause);
    }

    /** When {@link #work} has something to do. */
    long nextWork(long nextSend) {
        long next = pending.size() < fleet.workload().window() && fleet.sending() ? nextSend : Long.MAX_VALUE;
        for (Pending message : pending.values()) {
            next = Math.min(next, message.due);
        }
        return next;
    }

    void acked(int number, Answer answer) {
        Pending message = pending.get(number);
        if (message == null) {
            return;
        }
        switch (answer) {
            case SENT, DUPLICATE -> done(number);
            case FAILED -> {
                if (++message.failures == MAX_FAILURES) {
                    done(number);
                } else {
                    message.due = System.nanoTime() + AFTER_FAILURE;
                }
            }
        }
    }

    /** Nothing more will be sent. */
    void close() {
        List.copyOf(pending.keySet()).forEach(this::done);
    }

    private void done(int number) {
        pending.remove(number);
        fleet.answered();
    }

    private int target() {
        if (random.nextInt(100) < fleet.workload().groupShare()) {
            return Cast.target(groups.get(random.nextInt(groups.size())));
        }
        // few partners, so that there is something to be out of order
        int partner = (device.number() * 7 + random.nextInt(8) * 31) % tenants.size();
        return tenants.get(partner).user();
    }

    private void send(ClientSocket socket, ConnectionLog log, int number, Pending message) throws IOException {
        Cast cast = fleet.history().cast();
        MessageRequest.Builder request = MessageRequest.newBuilder()
                .setMsgId(Integer.toString(number))
                .setMsgBody(new BodyMarker(device.number(), number, message.target).body());
        if (message.target < 0) {
            request.setMsgType(MessageType.GROUP_CHAT)
                    .setGroupId(cast.group(message.target).groupId());
        } else {
            request.setToUserId(cast.userId(message.target));
        }
        long now = System.nanoTime();
        message.due = now + fleet.workload().ackTimeout().toNanos();
        log.sent(now, number, message.target);
        socket.send(ClientFrame.newBuilder().setMessage(request).build());
    }
}
