package io.mics.loadtest.durable;

import io.mics.loadtest.cluster.ClientSocket;
import io.mics.loadtest.cluster.ClientSocket.Input;
import io.mics.loadtest.durable.DeviceInbox.Listed;
import io.mics.loadtest.durable.Progress.Page;
import io.mics.loadtest.durable.check.ConnectionRecord;
import io.mics.loadtest.history.Cast.Device;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.HeartbeatPing;
import io.mics.proto.message.v1.ListConversations;
import io.mics.proto.message.v1.MarkRead;
import io.mics.proto.message.v1.SyncRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One device from the first connection to the last: it sends, reads, marks as read, leaves and comes back, and after
 * every connect asks for what it has missed. All of it is its own thread; a second one reads.
 */
final class ClientDevice implements Runnable {
    private static final long NEVER = Long.MAX_VALUE;
    private static final long HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long GOODBYE_NANOS = TimeUnit.SECONDS.toNanos(4);
    private static final long LIST_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long MARK_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long LONGEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int PAGE = 200;

    private final Clients clients;
    private final Device device;
    private final Random random;
    private final DeviceOutbox outbox;
    private final Progress progress = new Progress();
    private final DeviceInbox inbox;
    private int node;
    private long nextSend;
    private long nextAway = NEVER;
    private int failures;
    /** The last generation whose list is complete. */
    private volatile int listed = -1;

    ClientDevice(Clients clients, Device device) {
        this.clients = clients;
        this.device = device;
        this.random = new Random(clients.load().seed() * 1_000_003 + device.number());
        this.outbox = new DeviceOutbox(clients, device, random);
        this.inbox = new DeviceInbox(clients, device, progress, outbox);
        this.node = device.number() % clients.nodes();
    }

    /** Whether it has listed its conversations for so many times, and has all of them. */
    boolean hasEverything(int generation) {
        return listed >= generation && progress.isComplete();
    }

    @Override
    public void run() {
        long pause = clients.load().pauseNanos();
        nextSend = System.nanoTime() + (long) (random.nextDouble() * pause);
        if (clients.leaves(device)) {
            nextAway = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(3000 + random.nextInt(5000));
        }
        try {
            while (!clients.over()) {
                long wait = connection();
                node = (node + 1) % clients.nodes();
                if (!clients.over()) {
                    Thread.sleep(wait);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One connection; returns how many milliseconds to wait before the next. */
    private long connection() throws InterruptedException {
        ConnectionRecord record = clients.history().open(device, node);
        try (ClientSocket socket = ClientSocket.dial(clients.port(node), device)) {
            if (!(socket.read() instanceof Input.Frame first && first.frame().hasConnectAck())) {
                return retry();
            }
            record.connected(System.nanoTime());
            failures = 0;
            socket.connected();
            clients.online(1);
            try {
                return new Talk(socket, record).run();
            } finally {
                clients.online(-1);
            }
        } catch (IOException e) {
            return retry();
        } finally {
            record.ended(System.nanoTime());
        }
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

    /** One connection while it is open. */
    private final class Talk {
        private final ClientSocket socket;
        private final ConnectionRecord record;
        private final BlockingQueue<Listed> lists = new LinkedBlockingQueue<>();
        private volatile boolean ended;
        private long leaving = NEVER;
        /** The generation that is being listed; when it is asked for again. */
        private int listing = -1;

        private long nextList = Long.MIN_VALUE;
        private String cursor = "";
        private long nextBeat = System.nanoTime() + HEARTBEAT_NANOS;
        private long nextMark = System.nanoTime() + (long) (random.nextDouble() * MARK_NANOS);

        Talk(ClientSocket socket, ConnectionRecord record) {
            this.socket = socket;
            this.record = record;
        }

        long run() throws InterruptedException {
            Thread reader = Thread.startVirtualThread(this::read);
            try {
                progress.reconnected(System.nanoTime());
                outbox.reconnected(socket, record);
                listed = -1;
                while (!ended) {
                    long now = System.nanoTime();
                    if (leaving != NEVER && now > leaving) {
                        break;
                    }
                    if (leaving == NEVER && (clients.over() || (now >= nextAway && clients.sending()))) {
                        socket.sayGoodbye();
                        leaving = now + GOODBYE_NANOS;
                    } else if (leaving == NEVER) {
                        work(now);
                    }
                    Listed page = lists.poll(Math.max(0, until(now)), TimeUnit.NANOSECONDS);
                    if (page != null) {
                        listed(page);
                    }
                }
                return leaving != NEVER ? away() : retry();
            } catch (IOException e) {
                return retry();
            } finally {
                // what has arrived is still read
                if (!reader.join(Duration.ofSeconds(3))) {
                    socket.close();
                    reader.join();
                }
            }
        }

        private long until(long now) {
            long next = clients.sending() && leaving == NEVER ? nextSend - now : LONGEST_WAIT_NANOS;
            // a full window has nothing to do before an answer
            return Math.clamp(next, TimeUnit.MILLISECONDS.toNanos(2), LONGEST_WAIT_NANOS);
        }

        private void work(long now) throws IOException {
            nextSend = outbox.work(socket, record, now, nextSend);
            list(now);
            for (Page page : progress.due(now)) {
                socket.send(ClientFrame.newBuilder()
                        .setSync(SyncRequest.newBuilder()
                                .setConversationId(clients.history()
                                        .talks()
                                        .get(page.talk())
                                        .name())
                                .setAfterSeq(page.after())
                                .setLimit(PAGE)
                                .setRequestId(DeviceInbox.SYNC + page.talk()))
                        .build());
            }
            if (now >= nextMark) {
                nextMark = now + MARK_NANOS;
                mark();
            }
            if (now >= nextBeat) {
                nextBeat = now + HEARTBEAT_NANOS;
                socket.send(ClientFrame.newBuilder()
                        .setHeartbeatPing(HeartbeatPing.newBuilder().setTimestampMs(System.currentTimeMillis()))
                        .build());
            }
        }

        private void list(long now) throws IOException {
            int wanted = clients.listings();
            if (wanted > listing) {
                listing = wanted;
                cursor = "";
                nextList = now;
            }
            if (listed < listing && now >= nextList) {
                nextList = now + LIST_NANOS;
                socket.send(ClientFrame.newBuilder()
                        .setConversations(ListConversations.newBuilder()
                                .setLimit(PAGE)
                                .setCursor(cursor)
                                .setRequestId(DeviceInbox.LIST + listing))
                        .build());
            }
        }

        private void listed(Listed page) {
            if (page.generation() < 0) {
                nextList = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(300);
            } else if (page.generation() == listing && page.nextCursor().isEmpty()) {
                listed = listing;
            } else if (page.generation() == listing) {
                cursor = page.nextCursor();
                nextList = System.nanoTime();
            }
        }

        private void mark() throws IOException {
            Page some = progress.some(random.nextInt(1000));
            if (some.after() > 0) {
                socket.send(ClientFrame.newBuilder()
                        .setMarkRead(MarkRead.newBuilder()
                                .setConversationId(clients.history()
                                        .talks()
                                        .get(some.talk())
                                        .name())
                                .setSeq(some.after())
                                .setRequestId("m"))
                        .build());
            }
        }

        private void read() {
            try {
                while (socket.read() instanceof Input.Frame input) {
                    Listed page = inbox.take(input.frame(), record);
                    if (page != null) {
                        lists.add(page);
                    }
                }
            } catch (IOException e) {
                // the end, without a good-bye
            } finally {
                record.ended(System.nanoTime());
                ended = true;
            }
        }
    }
}
