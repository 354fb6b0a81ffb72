package io.mics.loadtest.gatling;

import io.mics.proto.message.v1.ServerFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The users who only receive: plain WebSockets beside Gatling's, which throws away what it did not ask for. Every
 * delivery is counted and checked. In the offline scene they leave, and come back when everything is sent.
 */
final class Receivers implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final long KEEP_ALIVE_SECONDS = 10;

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Client> clients = new ArrayList<>();
    private final List<WebSocket> sockets = new CopyOnWriteArrayList<>();
    private final ReentrantLock writing = new ReentrantLock();
    private final AtomicInteger lists = new AtomicInteger();
    private final Load load;

    Receivers(Load load) {
        this.load = load;
    }

    /** Connects one for each recipient; returns when all are connected, or have left again. */
    void begin() throws IOException, InterruptedException {
        for (int i = 1; i <= load.settings.receivers(); i++) {
            clients.add(load.receiver(i));
        }
        connect();
        if (load.settings.scene().isAway()) {
            awaitLists();
            leave();
            start("returning", this::comeBack);
        }
        start("keep-alive", this::keepAlive);
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void connect() throws IOException, InterruptedException {
        long before = load.tally.receiving.get();
        for (Client client : clients) {
            sockets.add(http.newWebSocketBuilder()
                    .connectTimeout(TIMEOUT)
                    .buildAsync(URI.create(load.url(client)), new Counting(client))
                    .join());
        }
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (load.tally.receiving.get() < before + load.settings.receivers()) {
            if (System.nanoTime() > deadline) {
                throw new IOException(load.tally.receiving.get() - before + " receivers were connected, no more");
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /** Those who will fetch what they miss know first what they have. */
    private void awaitLists() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        int wanted = load.settings.scene() == Scene.OFFLINE_RETURN ? load.settings.receivers() : 0;
        while (lists.get() < wanted) {
            if (System.nanoTime() > deadline) {
                throw new IOException(lists.get() + " receivers could list their conversations, no more");
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /** Says good-bye; returns when the gateway has said it to all. */
    private void leave() throws IOException, InterruptedException {
        for (WebSocket socket : sockets) {
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        }
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!sockets.stream().allMatch(WebSocket::isInputClosed)) {
            if (System.nanoTime() > deadline) {
                throw new IOException("not every receiver could leave");
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        sockets.clear();
    }

    /** What one return does not bring, because a pull is bounded, the next does. */
    private void comeBack() {
        try {
            while (!load.tally.isAllSent()) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
            TimeUnit.SECONDS.sleep(load.settings.awaySeconds());
            connect();
            TimeUnit.SECONDS.sleep(TIMEOUT.toSeconds());
            if (load.settings.scene() == Scene.OFFLINE && !load.tally.isSettled()) {
                leave();
                connect();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            load.tally.errors.incrementAndGet();
            System.out.println("coming back: " + e.getMessage());
        }
    }

    private void keepAlive() {
        byte[] ping = Client.heartbeat();
        try {
            while (true) {
                TimeUnit.SECONDS.sleep(KEEP_ALIVE_SECONDS);
                for (WebSocket socket : sockets) {
                    send(socket, ping);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One write after the other: a second one to a socket before the first is done would be lost. */
    private void send(WebSocket socket, byte[] frame) {
        writing.lock();
        try {
            var unused = socket.sendBinary(ByteBuffer.wrap(frame), true).join();
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void close() {
        sockets.forEach(WebSocket::abort);
    }

    private final class Counting implements WebSocket.Listener {
        private final Client client;
        private final ByteArrayOutputStream parts = new ByteArrayOutputStream();

        Counting(Client client) {
            this.client = client;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte[] part = new byte[data.remaining()];
            data.get(part);
            parts.writeBytes(part);
            if (last) {
                byte[] frame = parts.toByteArray();
                parts.reset();
                count(socket, frame);
            }
            socket.request(1);
            return null;
        }

        /** Not on the thread that reads, which may be the one that the write before waits for. */
        private void ask(WebSocket socket, byte[] question) {
            Thread.ofVirtual().name("question").start(() -> send(socket, question));
        }

        private void count(WebSocket socket, byte[] bytes) {
            ServerFrame frame = Client.parse(bytes);
            if (frame.hasConnectAck()) {
                load.tally.receiving.incrementAndGet();
                if (load.settings.scene() == Scene.OFFLINE_RETURN) {
                    ask(socket, Client.list());
                }
            } else if (frame.hasConversations()) {
                client.listed(frame.getConversations()).ifPresent(question -> ask(socket, question));
                lists.incrementAndGet();
            } else if (frame.hasSyncResult()) {
                client.synced(frame.getSyncResult()).ifPresent(question -> ask(socket, question));
            } else if (frame.hasDelivery()) {
                client.received(bytes);
            } else if (!frame.hasHeartbeatPong()) {
                load.tally.errors.incrementAndGet();
            }
        }
    }
}
