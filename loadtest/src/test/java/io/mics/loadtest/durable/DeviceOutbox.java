package io.mics.loadtest.durable;

import io.mics.loadtest.cluster.BodyMarker;
import io.mics.loadtest.cluster.ClientSocket;
import io.mics.loadtest.durable.check.ConnectionRecord;
import io.mics.loadtest.durable.check.ConnectionRecord.Event;
import io.mics.loadtest.durable.check.RunHistory;
import io.mics.loadtest.history.Cast;
import io.mics.loadtest.history.Cast.Device;
import io.mics.loadtest.history.Cast.Group;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.SendMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The messages of one device: numbered from 1 over all its connections, some at a time unanswered. What is unanswered
 * is sent again on the next connection, in order; what was FAILED after a while, a few times unless its outcome is not
 * known. One thread sends, another brings answers.
 */
final class DeviceOutbox {
    private static final int MOST_FAILURES = 3;
    private static final long AFTER_FAILURE = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long NEVER = Long.MAX_VALUE;

    private static final class Pending {
        final int target;
        /** When it is sent again; never while an answer is awaited. */
        long due = NEVER;

        int failures;

        Pending(int target) {
            this.target = target;
        }
    }

    private final Clients clients;
    private final Device device;
    private final Random random;
    private final List<Group> groups;
    private final List<Device> others;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Integer, Pending> pending = new TreeMap<>();
    private int last;

    DeviceOutbox(Clients clients, Device device, Random random) {
        this.clients = clients;
        this.device = device;
        this.random = random;
        Cast cast = clients.history().cast();
        groups = cast.groups().stream()
                .filter(group -> group.tenant().equals(device.tenant())
                        && group.members().contains(device.user()))
                .toList();
        others = cast.devices().stream()
                .filter(other -> other.tenant().equals(device.tenant()) && other.user() != device.user())
                .toList();
    }

    /** Sends everything unanswered again, in order. */
    void reconnected(ClientSocket socket, ConnectionRecord record) throws IOException {
        for (int number : numbers(NEVER)) {
            send(socket, record, number);
        }
    }

    /** Sends what is due; returns when the next new message is. */
    long work(ClientSocket socket, ConnectionRecord record, long now, long nextSend) throws IOException {
        for (int number : numbers(now)) {
            send(socket, record, number);
        }
        if (nextSend > now
                || !clients.sending()
                || unanswered() >= clients.load().window()) {
            return nextSend;
        }
        add(target());
        clients.counted();
        send(socket, record, last);
        long pause = clients.load().pauseNanos();
        // somebody who was away does not make up for all of it
        return Math.max(nextSend + pause, now - 8 * pause);
    }

    private void add(int target) {
        lock.lock();
        try {
            pending.put(++last, new Pending(target));
        } finally {
            lock.unlock();
        }
    }

    /** Those that are due by then, in order. */
    private List<Integer> numbers(long due) {
        lock.lock();
        try {
            List<Integer> numbers = new ArrayList<>();
            pending.forEach((number, message) -> {
                if (message.due <= due) {
                    numbers.add(number);
                }
            });
            return numbers;
        } finally {
            lock.unlock();
        }
    }

    /** How many are not answered for good. */
    int unanswered() {
        lock.lock();
        try {
            return pending.size();
        } finally {
            lock.unlock();
        }
    }

    /** An answer has come. */
    void acked(int number, Event answer) {
        lock.lock();
        try {
            Pending message = pending.get(number);
            if (message == null) {
                return;
            }
            boolean failed = answer == Event.FAILED || answer == Event.UNKNOWN;
            if (!failed || (answer == Event.FAILED && ++message.failures == MOST_FAILURES)) {
                pending.remove(number);
                clients.answered(!failed);
            } else {
                message.due = System.nanoTime() + AFTER_FAILURE;
            }
        } finally {
            lock.unlock();
        }
    }

    private int target() {
        if (!groups.isEmpty() && random.nextInt(100) < clients.load().groupShare()) {
            return Cast.target(groups.get(random.nextInt(groups.size())));
        }
        // few partners, so that there is something to be out of order
        int partner = (device.number() * 7 + random.nextInt(8) * 31) % others.size();
        return others.get(partner).user();
    }

    /** What is to be sent to whom; empty when it was answered meanwhile. */
    private OptionalInt take(int number) {
        lock.lock();
        try {
            Pending message = pending.get(number);
            if (message == null) {
                return OptionalInt.empty();
            }
            message.due = NEVER;
            return OptionalInt.of(message.target);
        } finally {
            lock.unlock();
        }
    }

    private void send(ClientSocket socket, ConnectionRecord record, int number) throws IOException {
        OptionalInt taken = take(number);
        if (taken.isEmpty()) {
            return;
        }
        int target = taken.getAsInt();
        RunHistory history = clients.history();
        int talk = history.talks().to(history.cast(), device, target);
        SendMessage message = SendMessage.newBuilder()
                .setClientMsgId(MessageName.of(device.number(), number))
                .setConversationId(history.talks().get(talk).name())
                .setContentType("text")
                .setBody(new BodyMarker(device.number(), number, target).body())
                .build();
        record.event(System.nanoTime(), Event.SENT, RunHistory.key(device.number(), number), talk, 0, 0);
        socket.send(ClientFrame.newBuilder().setSend(message).build());
    }
}
