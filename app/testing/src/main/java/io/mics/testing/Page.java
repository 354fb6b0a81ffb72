package io.mics.testing;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One tab, spoken to over the DevTools protocol by one test thread. */
public final class Page implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();

    private final Map<Integer, CompletableFuture<JsonObject>> calls = new ConcurrentHashMap<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final WebSocket socket;

    private Page(HttpClient http, URI debugger) {
        socket = http.newWebSocketBuilder().buildAsync(debugger, new Answers()).join();
    }

    public static Page attach(HttpClient http, URI debugger) {
        return new Page(http, debugger);
    }

    /** Calls a DevTools method and waits for its result. */
    public JsonObject call(String method, JsonObjectBuilder params) {
        int id = ids.incrementAndGet();
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        calls.put(id, answer);
        JsonObject request = Json.createObjectBuilder()
                .add("id", id)
                .add("method", method)
                .add("params", params)
                .build();
        socket.sendText(request.toString(), true).join();
        JsonObject got =
                answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        if (got.containsKey("error")) {
            throw new IllegalStateException(method + ": " + got.get("error"));
        }
        return got.getJsonObject("result");
    }

    /** Goes to another address. */
    public void navigate(String url) {
        call("Page.navigate", Json.createObjectBuilder().add("url", url));
    }

    /** The value of an expression, JSON null when it has none; an exception in the page is one here. */
    public JsonValue evaluate(String expression) {
        JsonObject result = call(
                "Runtime.evaluate",
                Json.createObjectBuilder()
                        .add("expression", expression)
                        .add("returnByValue", true)
                        .add("awaitPromise", true));
        if (result.containsKey("exceptionDetails")) {
            throw new IllegalStateException(expression + ": " + result.get("exceptionDetails"));
        }
        return result.getJsonObject("result").getOrDefault("value", JsonValue.NULL);
    }

    /** The text shown by the element with this test id. */
    public String text(String testId) {
        return ((JsonString) evaluate(element(testId) + ".textContent")).getString();
    }

    /** Waits until an expression is truthy; fails with what the page shows instead. */
    public void await(String condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            if (JsonValue.TRUE.equals(evaluate("document.readyState === 'complete' && !!(" + condition + ")"))) {
                return;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        throw new AssertionError("not within " + PATIENCE + ": " + condition + "\n"
                + evaluate("document.body.innerText").toString().replace("\\n", "\n"));
    }

    public void click(String testId) {
        evaluate(element(testId) + ".click()");
    }

    /** Replaces a field's text as a person would: focus, select, type. */
    public void type(String testId, String text) {
        evaluate(element(testId) + ".focus(), " + element(testId) + ".select()");
        call("Input.insertText", Json.createObjectBuilder().add("text", text));
    }

    public void pressEnter() {
        for (String type : new String[] {"keyDown", "keyUp"}) {
            call(
                    "Input.dispatchKeyEvent",
                    Json.createObjectBuilder()
                            .add("type", type)
                            .add("key", "Enter")
                            .add("code", "Enter")
                            .add("text", type.equals("keyDown") ? "\r" : "")
                            .add("windowsVirtualKeyCode", 13));
        }
    }

    /** Writes what is visible, as PNG. */
    public void screenshot(Path file) throws IOException {
        String png = call("Page.captureScreenshot", Json.createObjectBuilder()).getString("data");
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, Base64.getDecoder().decode(png));
    }

    /** Makes the visible part of the page so large. */
    public void size(int width, int height) {
        call(
                "Emulation.setDeviceMetricsOverride",
                Json.createObjectBuilder()
                        .add("width", width)
                        .add("height", height)
                        .add("deviceScaleFactor", 1)
                        .add("mobile", false));
    }

    /** That the element with this test id shows exactly this text. */
    public static String shows(String testId, String text) {
        return element(testId) + "?.textContent === '" + text + "'";
    }

    /** That some element with this test id holds every one of the texts. */
    public static String lists(String testId, String... texts) {
        StringBuilder condition = new StringBuilder(
                "[...document.querySelectorAll('[data-testid=\"" + testId + "\"]')].some((e) => true");
        for (String text : texts) {
            condition.append(" && e.textContent.includes('").append(text).append("')");
        }
        return condition.append(")").toString();
    }

    /** The JavaScript that finds an element by its test id. */
    public static String element(String testId) {
        return "document.querySelector('[data-testid=\"" + testId + "\"]')";
    }

    @Override
    public void close() {
        call("Page.close", Json.createObjectBuilder());
        socket.abort();
    }

    private final class Answers implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                try (var reader = Json.createReader(new StringReader(text.toString()))) {
                    JsonObject answer = reader.readObject();
                    var call = calls.remove(answer.getInt("id", 0));
                    if (call != null) {
                        call.complete(answer);
                    }
                }
                text.setLength(0);
            }
            from.request(1);
            return null;
        }
    }
}
