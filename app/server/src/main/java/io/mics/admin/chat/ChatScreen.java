package io.mics.admin.chat;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Prints what arrives, and what became of each message. The node is asked about messages beside what arrives. */
final class ChatScreen implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 5;

    private final Consumer<String> out;
    private final ChatMessages messages;
    private final ChatExplain explain;
    /** In the order of the answers. */
    private final ExecutorService questions = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("chat-explain").factory());
    /** On the thread of the questions alone. */
    private boolean saidWhoRefused;

    ChatScreen(Consumer<String> out, ChatMessages messages, ChatExplain explain) {
        this.out = out;
        this.messages = messages;
        this.explain = explain;
    }

    /** Prints a frame of the gateway. */
    void show(JsonObject frame) {
        JsonObject data = frame.get("data") instanceof JsonObject object ? object : JsonValue.EMPTY_JSON_OBJECT;
        switch (frame.getString("type", "")) {
            case "new-message" -> message(data);
            case "message-ack" -> acknowledged(data);
            case "message-recalled" -> recalled(data);
            case "gap" -> out.accept(data.getInt("dropped", 0) + " messages were dropped: read too slowly");
            case "error" -> refused(data);
            case "pong" -> {}
            default -> out.accept(frame.toString());
        }
    }

    private void message(JsonObject data) {
        JsonObject message = data.get("message") instanceof JsonObject object ? object : data;
        String conversation = message.getString("conversationId", "");
        String where = conversation.startsWith("group:") ? " in " + conversation.substring("group:".length()) : "";
        String content = message.getString("content", "(not text) " + message.getString("contentBase64", ""));
        messages.received(message.getString("messageId", ""), content);
        out.accept(message.getString("senderId", "") + where + ": " + content);
    }

    private void recalled(JsonObject data) {
        String id = data.getString("messageId", "");
        String which = messages.sent(id)
                .map(ChatScreen::named)
                .or(() -> messages.textOf(id).map(text -> "\"" + text + "\""))
                .orElse("a message that is not shown here");
        out.accept(data.getString("operatorId", "") + " took back " + which);
        messages.done(ChatMessages.recallOf(id));
    }

    private void acknowledged(JsonObject ack) {
        String id = ack.getString("tempMessageId", "");
        if (!messages.answered(id)) {
            return; // it was sent twice, over two connections
        }
        switch (ack.getString("status", "")) {
            case "sent" ->
                ask(() -> {
                    String reach = explain.of(id)
                            .map(known -> known.getString("reach", ""))
                            .orElse("");
                    print(id, reach.isEmpty() ? "sent" : "sent: " + reach);
                    sayWhoRefused();
                });
            case "failed" -> {
                int code = ack.getInt("code", 0);
                became(id, ChatWords.failed(code == 0 ? "" : Integer.toString(code), ack.getString("reason", "")));
            }
            case "duplicate" -> became(id, "sent: " + ChatWords.reason("duplicate"));
            case String other -> became(id, other);
        }
    }

    /** Says once why it is not said to how many devices. */
    private void sayWhoRefused() {
        if (!explain.refusedBy().isEmpty() && !saidWhoRefused) {
            saidWhoRefused = true;
            out.accept("      to how many devices, " + explain.refusedBy() + " says only with its ADMIN_TOKEN: set it");
        }
    }

    private void refused(JsonObject error) {
        JsonObject details = error.get("details") instanceof JsonObject object ? object : JsonValue.EMPTY_JSON_OBJECT;
        String id = details.getString("tempMessageId", "");
        String code = error.getString("code", "");
        String message = error.getString("message", "");
        if (messages.answered(id)) {
            JsonValue own = details.get("code");
            became(id, ChatWords.failed(own == null ? code : own.toString(), details.getString("reason", message)));
        } else {
            out.accept("refused: " + message + " (" + code + ")");
            messages.done(ChatMessages.recallOf(id));
        }
    }

    /** In turn with other answers, so that they are in the order in which they came. */
    private void became(String id, String what) {
        ask(() -> print(id, what));
    }

    private void print(String id, String what) {
        out.accept("  " + messages.sent(id).map(ChatScreen::named).orElse(id) + " " + what);
        messages.done(id);
    }

    private static String named(ChatMessages.Sent message) {
        return "[" + message.number() + "]";
    }

    /** Prints what a node remembers of a message. */
    void explain(ChatMessages.Sent message) {
        ask(() -> {
            Optional<JsonObject> known = explain.of(message.id());
            if (known.isEmpty()) {
                out.accept("  no node says what it knows of " + named(message)
                        + ": name one by ADMIN_URL, and its ADMIN_TOKEN if it has one");
                return;
            }
            out.accept("  " + named(message) + " is message " + message.id());
            JsonArray steps = known.get().get("steps") instanceof JsonArray array ? array : JsonValue.EMPTY_JSON_ARRAY;
            for (JsonValue each : steps) {
                if (each instanceof JsonObject step) {
                    out.accept("    " + step.getString("at", "") + " " + step.getString("what", "") + ": "
                            + step.getString("who", "") + " " + step.getString("detail", ""));
                }
            }
        });
    }

    private interface Question {
        void ask() throws InterruptedException;
    }

    private void ask(Question question) {
        try {
            questions.execute(() -> {
                try {
                    question.ask();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        } catch (RejectedExecutionException e) {
            // the chat was left
        }
    }

    @Override
    public void close() {
        questions.shutdown();
        try {
            var unused = questions.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        questions.shutdownNow();
        explain.close();
    }
}
