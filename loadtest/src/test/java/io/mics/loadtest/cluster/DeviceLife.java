package io.mics.loadtest.cluster;

import io.mics.loadtest.cluster.ClientSocket.Input;
import io.mics.loadtest.history.Cast.Device;
import io.mics.loadtest.history.ConnectionLog;
import io.mics.loadtest.history.ConnectionLog.Answer;
import io.mics.loadtest.history.ConnectionLog.Ending;
import io.mics.proto.message.v1.ServerFrame;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One device from the first connection to the last, as existing clients behave: it numbers its messages, sends one
 * again when its ack does not come, and reconnects after every close, to the next node, when the gateway says so. All
 * of it is its own thread; a second one reads.
 */
final class DeviceLife implements Runnable {
    private static final Pattern HINT = Pattern.compile("reconnect=(\\d+)ms");
    private static final long NEVER = Long.MAX_VALUE;
    private static final long HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long GOODBYE_NANOS = TimeUnit.SECONDS.toNanos(4);

    /** What the reader tells. */
    private sealed interface Event {
        record Acked(int number, Answer answer) implements Event {}

        record Ended(long hintMillis) implements Event {}
    }

    private final Fleet fleet;
    private final Device device;
    private final Outbox outbox;
    private final Random random;
    private int node;
    private long nextSend;
    private long nextAway = NEVER;
    private int failures;

    DeviceLife(Fleet fleet, Device device) {
        this.fleet = fleet;
        this.device = device;
        this.random = new Random(fleet.workload().seed() * 1_000_003 + device.number());
        this.outbox = new Outbox(fleet, device, random);
        this.node = device.number() % fleet.nodes();
    }

    @Override
    public void run() {
        long pause = fleet.workload().pauseNanos();
        nextSend = System.nanoTime() + (long) (random.nextDouble() * pause);
        if (fleet.leaves(device)) {
            nextAway = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(3000 + random.nextInt(5000));
        }
        try {
            while (!fleet.over()) {
                long wait = connection();
                node = (node + 1) % fleet.nodes();
                if (!fleet.over()) {
                    Thread.sleep(wait);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        outbox.close();
    }

    /** One connection; returns how many milliseconds to wait before the next. */
    private long connection() throws InterruptedException {
        ConnectionLog log = fleet.history().open(device, node, System.nanoTime());
        try (ClientSocket socket = ClientSocket.dial(fleet.port(node), device)) {
            switch (socket.read()) {
                case Input.Closed closed -> {
                    log.ended(System.nanoTime(), Ending.CLOSED_BY_GATEWAY, closed.code(), -1);
                    return 500L + random.nextInt(1000);
                }
                case Input.Frame first -> {
                    if (!first.frame().hasConnectAck()) {
                        throw new IOException(
                                "no connect_ack but " + first.frame().getPayloadCase());
                    }
                }
            }
            log.connected(System.nanoTime());
            failures = 0;
            socket.connected();
            fleet.online(1);
            try {
                return talk(socket, log);
            } finally {
                fleet.online(-1);
            }
        } catch (IOException e) {
            log.ended(System.nanoTime(), Ending.BROKEN, 0, -1);
            return retry();
        }
    }

    private long talk(ClientSocket socket, ConnectionLog log) throws InterruptedException {
        BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        Thread reader = Thread.startVirtualThread(() -> read(socket, log, events));
        long leaving = NEVER;
        long nextBeat = System.nanoTime() + HEARTBEAT_NANOS;
        try {
            outbox.reconnected(socket, log);
            while (true) {
                long now = System.nanoTime();
                if (leaving != NEVER && now > leaving) {
                    return away();
                }
                if (leaving == NEVER && (fleet.over() || (now >= nextAway && fleet.sending()))) {
                    socket.sayGoodbye();
                    leaving = now + GOODBYE_NANOS;
                } else if (leaving == NEVER) {
                    nextSend = outbox.work(socket, log, now, nextSend);
                    if (now >= nextBeat) {
                        socket.send(Outbox.ping());
                        nextBeat = now + HEARTBEAT_NANOS;
                    }
                }
                Event event = events.poll(until(now, leaving), TimeUnit.NANOSECONDS);
                if (event instanceof Event.Acked acked) {
                    outbox.acked(acked.number(), acked.answer());
                } else if (event instanceof Event.Ended ended) {
                    return leaving != NEVER ? away() : ended.hintMillis() >= 0 ? ended.hintMillis() : retry();
                }
            }
        } catch (IOException e) {
            return retry();
        } finally {
            // what has arrived is still read: a socket that cannot be written may hold deliveries and a good-bye
            if (!reader.join(Duration.ofSeconds(3))) {
                socket.close();
                reader.join();
            }
            for (Event event = events.poll(); event != null; event = events.poll()) {
                if (event instanceof Event.Acked acked) {
                    outbox.acked(acked.number(), acked.answer());
                }
            }
        }
    }

    private long until(long now, long leaving) {
        long next = Math.min(leaving, now + TimeUnit.MILLISECONDS.toNanos(250));
        if (leaving == NEVER) {
            next = Math.min(next, outbox.nextWork(nextSend));
        }
        return Math.max(next - now, 0);
    }

    private long away() {
        nextAway = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(6000 + random.nextInt(8000));
        return 1000L + random.nextInt(2000);
    }

    /** Longer after each failure, up to two seconds. */
    private long retry() {
        long longest = Math.min(2000, 200L << Math.min(failures++, 4));
        return longest / 2 + random.nextLong(longest / 2);
    }

    private void read(ClientSocket socket, ConnectionLog log, BlockingQueue<Event> events) {
        long hint = -1;
        try {
            while (true) {
                switch (socket.read()) {
                    case Input.Frame input -> {
                        Event event = take(input.frame(), log);
                        if (event != null) {
                            events.add(event);
                        }
                    }
                    case Input.Closed closed -> {
                        Matcher asked = HINT.matcher(closed.reason());
                        hint = asked.find() ? Long.parseLong(asked.group(1)) : -1;
                        Ending how = closed.code() == 1000 ? Ending.CLOSED_BY_CLIENT : Ending.CLOSED_BY_GATEWAY;
                        log.ended(System.nanoTime(), how, closed.code(), hint);
                        return;
                    }
                }
            }
        } catch (IOException e) {
            log.ended(System.nanoTime(), Ending.BROKEN, 0, -1);
        } finally {
            events.add(new Event.Ended(hint));
        }
    }

    private @Nullable Event take(ServerFrame frame, ConnectionLog log) {
        return switch (frame.getPayloadCase()) {
            case DELIVERY -> {
                fleet.inbox().delivered(log, frame.getDelivery().getMessage());
                yield null;
            }
            case ACK -> {
                OptionalInt number = fleet.inbox().acked(log, frame.getAck());
                yield number.isPresent() ? new Event.Acked(number.getAsInt(), Inbox.answer(frame.getAck())) : null;
            }
            case HEARTBEAT_PONG -> null;
            case CONNECT_ACK,
                    ERROR,
                    SYNC_RESULT,
                    RECALLED,
                    CONVERSATION_UPDATE,
                    PUSH,
                    GAP,
                    CONVERSATIONS,
                    EDITED,
                    READ,
                    TYPING,
                    PAYLOAD_NOT_SET -> {
                fleet.history().oddity(log, "unexpected " + frame.getPayloadCase());
                yield null;
            }
        };
    }
}
