package io.mics.api.chat;

import io.mics.api.ConnectProblem;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.io.PrintStream;
import java.io.StringReader;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One connection to the gateway: sends what it is given, prints what arrives. Sent by one thread at a time. */
final class ChatConnection implements AutoCloseable {
    private static final JsonProvider JSON = JsonProvider.provider();
    private static final int TOKEN_REFUSED = 4001;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final PrintStream out;
    private final CountDownLatch connected = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Set<String> unanswered = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition answered = lock.newCondition();
    private volatile String user = "";
    private volatile @Nullable WebSocket socket;
    private int count;

    ChatConnection(PrintStream out) {
        this.out = out;
    }

    /** Connects and waits for the gateway's welcome; false, having said why, when there is none. */
    boolean open(ChatSettings settings) throws InterruptedException {
        try {
            socket = client.newWebSocketBuilder()
                    .connectTimeout(PATIENCE)
                    .subprotocols("mics.json.v1")
                    .header("Authorization", "Bearer " + settings.token())
                    .buildAsync(settings.handshake(), new Frames())
                    .join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            out.println(
                    cause instanceof WebSocketHandshakeException refused
                            ? settings.url() + " answered "
                                    + refused.getResponse().statusCode()
                                    + " to the handshake: name the server's public port and /ws with --url"
                            : ConnectProblem.of(settings.url(), cause));
            return false;
        }
        if (!connected.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            out.println("no welcome within " + PATIENCE.toSeconds() + " s");
            return false;
        }
        return !user.isEmpty();
    }

    /** Whether the gateway ended it. */
    boolean isEnded() {
        return ended.getCount() == 0;
    }

    void send(ChatTarget target, String text) {
        String id = "terminal-" + Long.toHexString(System.currentTimeMillis()) + "-" + ++count;
        unanswered.add(id);
        write(JSON.createObjectBuilder()
                .add("type", "send-message")
                .add(
                        "data",
                        JSON.createObjectBuilder()
                                .add("tempMessageId", id)
                                .add("conversationId", target.conversation(user))
                                .add("content", text)
                                .add("messageType", "text"))
                .build());
    }

    /** Waits until every message has its answer; gives up after a while. */
    void awaitAnswers() throws InterruptedException {
        long left = PATIENCE.toNanos();
        lock.lock();
        try {
            while (!unanswered.isEmpty() && !isEnded() && left > 0) {
                left = answered.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private void write(JsonObject frame) {
        WebSocket to = socket;
        if (to != null && !isEnded()) {
            try {
                to.sendText(frame.toString(), true).join();
            } catch (CompletionException e) {
                out.println("not sent: " + (e.getCause() == null ? e : e.getCause()));
            }
        }
    }

    private void received(String text) {
        JsonObject frame;
        try (var reader = JSON.createReader(new StringReader(text))) {
            frame = reader.readObject();
        } catch (RuntimeException e) {
            out.println("not understood: " + text);
            return;
        }
        JsonObject data = frame.get("data") instanceof JsonObject object ? object : JsonValue.EMPTY_JSON_OBJECT;
        switch (frame.getString("type", "")) {
            case "connected" -> {
                user = data.getString("userId", "");
                out.println("connected as " + user + ", device " + data.getString("deviceId", "") + ", node "
                        + data.getString("nodeId", ""));
                connected.countDown();
            }
            case "new-message" -> message(data);
            case "message-ack" -> acknowledged(data);
            case "message-recalled" ->
                out.println(data.getString("operatorId", "") + " took back " + data.getString("messageId", ""));
            case "gap" -> out.println(data.getInt("dropped", 0) + " messages were dropped: read too slowly");
            case "error" -> {
                out.println("error " + data.getString("code", "") + ": " + data.getString("message", ""));
                if (data.get("details") instanceof JsonObject details) {
                    settled(details.getString("tempMessageId", ""));
                }
            }
            case "pong" -> {}
            default -> out.println(text);
        }
    }

    private void message(JsonObject data) {
        JsonObject message = data.get("message") instanceof JsonObject object ? object : data;
        String conversation = message.getString("conversationId", "");
        String where = conversation.startsWith("group:") ? " in " + conversation.substring("group:".length()) : "";
        String content = message.getString("content", "(not text) " + message.getString("contentBase64", ""));
        out.println(message.getString("senderId", "") + where + ": " + content);
    }

    private void acknowledged(JsonObject ack) {
        String status = ack.getString("status", "");
        String reason = ack.getString("reason", "");
        int code = ack.getInt("code", 0);
        out.println("  " + status + (code == 0 ? "" : " " + code) + (reason.isEmpty() ? "" : ": " + reason) + "  ("
                + ack.getString("messageId", "") + ")");
        settled(ack.getString("tempMessageId", ""));
    }

    private void settled(String id) {
        unanswered.remove(id);
        lock.lock();
        try {
            answered.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Keeps the connection alive; to be called well within the heartbeat. */
    void ping() {
        write(JSON.createObjectBuilder()
                .add("type", "ping")
                .add("data", JSON.createObjectBuilder())
                .build());
    }

    private void end() {
        ended.countDown();
        connected.countDown();
        settled("");
    }

    @Override
    public void close() {
        WebSocket open = socket;
        if (open != null && !isEnded()) {
            try {
                open.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
                var unused = ended.await(1, TimeUnit.SECONDS);
            } catch (CompletionException e) {
                open.abort();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                open.abort();
            }
        }
        client.shutdownNow();
    }

    private final class Frames implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                received(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            out.println("closed " + code + (reason.isEmpty() ? "" : ": " + reason));
            if (code == TOKEN_REFUSED && user.isEmpty()) {
                out.println("show another token with --token, or another tenant with --tenant");
            }
            end();
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            out.println("connection lost: " + error);
            end();
        }
    }
}
