package io.mics.admin.chat;

import io.mics.admin.terminal.ConnectProblem;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.io.StringReader;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the gateway that comes back after it was lost, and sends again what has no answer yet. What arrives
 * goes to {@code frames}, what happens to the connection is said in {@code words}; both on one thread at a time.
 */
final class ChatConnection implements AutoCloseable {
    private static final JsonProvider JSON = JsonProvider.provider();
    private static final int TOKEN_REFUSED = 4001;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final double MILLIS = 1_000;

    private final ChatSettings settings;
    private final ChatMessages messages;
    private final Consumer<JsonObject> frames;
    private final Consumer<String> words;
    private final Runnable end;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    /** One write at a time, and the attempts to connect again: nothing is written meanwhile. */
    private final ExecutorService writes = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("chat-writes").factory());

    private final CountDownLatch decided = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile String user = "";
    private volatile @Nullable WebSocket socket;
    private volatile boolean leaving;
    private final AtomicInteger failures = new AtomicInteger();

    /** Not connected yet. {@code end} is run once, when it is lost for good or left. */
    ChatConnection(
            ChatSettings settings,
            ChatMessages messages,
            Consumer<JsonObject> frames,
            Consumer<String> words,
            Runnable end) {
        this.settings = settings;
        this.messages = messages;
        this.frames = frames;
        this.words = words;
        this.end = end;
    }

    /** Connects and waits for the gateway's welcome; false, having said why, when there is none. */
    boolean open() throws InterruptedException {
        try {
            connect();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            words.accept(
                    cause instanceof WebSocketHandshakeException refused
                            ? settings.url() + " answered "
                                    + refused.getResponse().statusCode()
                                    + " to the handshake: name the server's public port and /ws with --url"
                            : ConnectProblem.of(settings.url(), cause));
            return false;
        }
        if (!decided.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            words.accept("no welcome within " + PATIENCE.toSeconds() + " s");
        }
        return !user.isEmpty();
    }

    private void connect() {
        var unused = client.newWebSocketBuilder()
                .connectTimeout(PATIENCE)
                .subprotocols("mics.json.v1")
                .header("Authorization", "Bearer " + settings.token())
                .buildAsync(settings.handshake(), new Frames())
                .join();
    }

    /** Whether it is over for good. */
    boolean isEnded() {
        return ended.getCount() == 0;
    }

    /** Sends a message, now or as soon as there is a connection again. */
    void send(ChatMessages.Sent message) {
        write(frame(message));
    }

    private JsonObject frame(ChatMessages.Sent message) {
        return frame(
                "send-message",
                JSON.createObjectBuilder()
                        .add("tempMessageId", message.id())
                        .add("conversationId", message.target().conversation(user))
                        .add("content", message.text())
                        .add("messageType", "text"));
    }

    /** Asks to take a message back; false when there is nobody to ask now. */
    boolean recall(ChatMessages.Sent message) {
        if (socket == null) {
            return false;
        }
        messages.recalls(message);
        write(frame(
                "recall",
                JSON.createObjectBuilder()
                        .add("messageId", message.id())
                        .add("conversationId", message.target().conversation(user))));
        return true;
    }

    /** Keeps the connection alive; to be called well within the heartbeat. */
    void ping() {
        write(frame("ping", JSON.createObjectBuilder()));
    }

    private static JsonObject frame(String type, JsonObjectBuilder data) {
        return JSON.createObjectBuilder().add("type", type).add("data", data).build();
    }

    private void write(JsonObject frame) {
        inTurn(() -> {
            WebSocket to = socket;
            if (to != null) {
                try {
                    to.sendText(frame.toString(), true).join();
                } catch (CompletionException e) {
                    // the connection is ending, and its end says so
                }
            }
        });
    }

    private void inTurn(Runnable task) {
        try {
            writes.execute(task);
        } catch (RejectedExecutionException e) {
            // it was left
        }
    }

    private void received(WebSocket from, String text) {
        JsonObject frame;
        try (var reader = JSON.createReader(new StringReader(text))) {
            frame = reader.readObject();
        } catch (RuntimeException e) {
            words.accept("not understood: " + text);
            return;
        }
        if (frame.getString("type", "").equals("connected")) {
            JsonObject data = frame.get("data") instanceof JsonObject object ? object : JsonValue.EMPTY_JSON_OBJECT;
            user = data.getString("userId", "");
            socket = from;
            failures.set(0);
            words.accept("connected as " + user + ", device " + data.getString("deviceId", "") + ", node "
                    + data.getString("nodeId", ""));
            decided.countDown();
            messages.unanswered().forEach(this::send);
        } else {
            frames.accept(frame);
        }
    }

    private void closed(int code, String reason) {
        socket = null;
        long delay =
                user.isEmpty() || leaving ? -1 : ChatWords.reconnectDelayMs(code, reason, failures.getAndIncrement());
        String why = "closed " + ChatWords.closed(code, reason);
        if (delay < 0) {
            if (!leaving) {
                words.accept(why);
            }
            if (code == TOKEN_REFUSED && user.isEmpty()) {
                words.accept("show another token with --token, or another tenant with --tenant");
            }
            finish();
            return;
        }
        words.accept(why + "; connecting again in " + String.format(Locale.ROOT, "%.1f s", delay / MILLIS));
        inTurn(() -> {
            try {
                Thread.sleep(delay);
                connect();
            } catch (CompletionException e) {
                closed(1006, "");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void finish() {
        ended.countDown();
        decided.countDown();
        end.run();
    }

    @Override
    public void close() {
        leaving = true;
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
        writes.shutdownNow();
        client.shutdownNow();
    }

    private final class Frames implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                received(from, text.toString());
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed(code, reason);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            closed(1006, "");
        }
    }
}
