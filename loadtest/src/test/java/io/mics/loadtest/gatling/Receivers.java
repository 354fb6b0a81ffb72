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
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The users who only receive: plain WebSockets beside Gatling's, which throws away what it did not ask for. Every
 * delivery is counted and checked.
 */
final class Receivers implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final long KEEP_ALIVE_SECONDS = 10;

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<WebSocket> sockets = new ArrayList<>();
    private final Load load;

    Receivers(Load load) {
        this.load = load;
    }

    /** Connects one for each recipient; returns when all are connected. */
    void connect() throws IOException, InterruptedException {
        for (int i = 1; i <= load.settings.receivers(); i++) {
            Client client = load.receiver(i);
            sockets.add(http.newWebSocketBuilder()
                    .connectTimeout(TIMEOUT)
                    .buildAsync(URI.create(load.url(client)), new Counting(client))
                    .join());
        }
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (load.tally.receiving.get() < load.settings.receivers()) {
            if (System.nanoTime() > deadline) {
                throw new IOException("only " + load.tally.receiving + " receivers were connected");
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        Thread keepAlive = new Thread(this::keepAlive, "keep-alive");
        keepAlive.setDaemon(true);
        keepAlive.start();
    }

    private void keepAlive() {
        byte[] ping = Client.heartbeat();
        try {
            while (true) {
                TimeUnit.SECONDS.sleep(KEEP_ALIVE_SECONDS);
                for (WebSocket socket : sockets) {
                    socket.sendBinary(ByteBuffer.wrap(ping), true).join();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
                count(frame);
            }
            socket.request(1);
            return null;
        }

        private void count(byte[] bytes) {
            ServerFrame frame = Client.parse(bytes);
            if (frame.hasConnectAck()) {
                load.tally.receiving.incrementAndGet();
            } else if (frame.hasDelivery()) {
                client.received(bytes);
            } else if (!frame.hasHeartbeatPong()) {
                load.tally.errors.incrementAndGet();
            }
        }
    }
}
