package io.mics.sdk.hook.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mics.sdk.hook.WebhookReceiver;
import io.mics.sdk.hook.example.BackendSettings;
import io.mics.sdk.hook.example.ExampleBackend;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.RecallHook;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class ConformanceKitTest {
    private static final InetSocketAddress LOOPBACK = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    /** Allows what a busy machine needs. */
    private static final String PATIENT = "within=5000";

    private int exit;

    private List<String> run(String... arguments) throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        exit = ConformanceKit.run(List.of(arguments), out, out);
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static List<String> failures(List<String> lines) {
        return lines.stream().filter(line -> line.startsWith("FAIL")).toList();
    }

    /** Answers whatever the test says. */
    private interface Answering {
        void answer(HttpExchange exchange) throws IOException;
    }

    private static final class Wrong implements AutoCloseable {
        private final HttpServer http;
        private final ExecutorService threads = Executors.newCachedThreadPool();

        Wrong(Answering answering) throws IOException {
            http = HttpServer.create(LOOPBACK, 100);
            http.setExecutor(threads);
            http.createContext("/", exchange -> {
                try (exchange) {
                    answering.answer(exchange);
                }
            });
            http.start();
        }

        String url() {
            return "http://127.0.0.1:" + http.getAddress().getPort();
        }

        @Override
        public void close() {
            http.stop(0);
            threads.shutdownNow();
        }
    }

    private static void say(HttpExchange exchange, int status, String body) throws IOException {
        exchange.getRequestBody().readAllBytes();
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Test
    void passesTheExampleBackendAndNotesThatItTakesOldCalls() throws Exception {
        try (ExampleBackend backend = new ExampleBackend(BackendSettings.forTests("secret"))) {
            List<String> lines = run(backend.baseUrl(), "secret", PATIENT);

            assertThat(failures(lines)).isEmpty();
            assertThat(exit).isZero();
            assertThat(lines.stream().filter(line -> line.startsWith("NOTE")))
                    .hasSize(4)
                    .allMatch(line -> line.contains("a call signed an hour ago is refused (it may be replayed"));
            assertThat(lines.get(lines.size() - 1)).endsWith("passed, 4 noted, 0 failed");
        }
    }

    @Test
    void leavesSignaturesOutWithoutASecret() throws Exception {
        try (ExampleBackend backend = new ExampleBackend(BackendSettings.forTests(""))) {
            assertThat(run("mics-http", backend.baseUrl() + "/", PATIENT))
                    .noneMatch(line -> line.contains("signature"));
            assertThat(exit).isZero();
        }
    }

    @Test
    void failsTheSignatureLinesOfABackendThatDoesNotCheckThem() throws Exception {
        try (ExampleBackend backend = new ExampleBackend(BackendSettings.forTests(""))) {
            List<String> lines = run(backend.baseUrl(), "secret", PATIENT);

            assertThat(exit).isEqualTo(1);
            assertThat(failures(lines))
                    .hasSize(12)
                    .allMatch(line -> line.contains("signature is refused (answered 200, not 4xx)")
                            || line.contains("without a signature is refused (answered 200, not 4xx)")
                            || line.contains("altered is refused (answered 200, not 4xx)"));
        }
    }

    @Test
    void failsTheTimingLinesOfASlowBackend() throws Exception {
        try (ExampleBackend backend = new ExampleBackend(BackendSettings.forTests("secret"))) {
            backend.setDelay(Duration.ofMillis(60));
            assertThat(failures(run(backend.baseUrl(), "secret", "within=50")))
                    .as("a second for /auth")
                    .hasSize(3)
                    .allMatch(
                            line -> line.matches(".*an answer comes in time \\(the fastest of 5 answers took \\d+ ms, "
                                    + "50 are allowed\\)"));
        }
    }

    @Test
    void failsWhatDoesNotDecodeAndWhatNeverEnds() throws Exception {
        byte[] more = {0x10, 0x01, 0x30, 0x01}; // ok, has_more
        try (Wrong server = new Wrong(exchange -> {
            boolean offline = exchange.getRequestURI().getPath().equals("/get-offline-messages");
            exchange.getRequestBody().readAllBytes();
            byte[] body = offline ? more : "<html>".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        })) {
            List<String> lines = run(server.url(), PATIENT);

            assertThat(failures(lines))
                    .anyMatch(line -> line.startsWith("FAIL  /auth: a valid call is answered (the answer does not"))
                    .anyMatch(line -> line.contains("pages come to an end (has_more without a new next_cursor)"))
                    .anyMatch(line -> line.contains("garbage is refused (answered 200"))
                    .anyMatch(line -> line.contains("an unknown path is refused (answered 200"))
                    .anyMatch(line -> line.contains("GET is refused (answered 200"))
                    .noneMatch(line -> line.contains("/get-offline-messages: a valid call"));
        }
    }

    @Test
    void everyLineFailsWhereNobodyIs() throws Exception {
        String url;
        try (Wrong gone = new Wrong(exchange -> say(exchange, 200, ""))) {
            url = gone.url();
        }
        List<String> lines = run(url, "secret");

        assertThat(exit).isEqualTo(1);
        assertThat(lines.get(0)).startsWith("FAIL  /auth: a valid call is answered (no answer: ");
        assertThat(lines.get(lines.size() - 1)).startsWith("0 passed, 0 noted");
    }

    @Test
    void passesAReceiverWithAllItsHooks() throws Exception {
        RecallHook recall = (context, event) -> {};
        WebhookReceiver.Builder receiver = WebhookReceiver.builder()
                .address(LOOPBACK)
                .secrets("secret")
                .preSend((context, draft) -> new HookResult.Continue(draft))
                .postSend((context, message) -> Map.of())
                .delivery((context, event) -> {})
                .recall(recall);
        String points = "points=pre-send,post-send,delivery,recall";
        try (WebhookReceiver newer = receiver.start();
                WebhookReceiver older = receiver.signedBodyAlone().start()) {
            assertThat(failures(run("webhook", url(newer), "secret", points, PATIENT)))
                    .isEmpty();
            assertThat(exit).isZero();
            assertThat(failures(run("webhook", url(older), "secret", points, PATIENT, "signature=body")))
                    .isEmpty();
        }
    }

    private static String url(WebhookReceiver receiver) {
        return "http://127.0.0.1:" + receiver.port() + "/hook";
    }

    @Test
    void failsAWebhookThatTakesEverything() throws Exception {
        try (Wrong server = new Wrong(exchange -> say(exchange, 200, "{\"allow\":true}"))) {
            List<String> failures = failures(run("webhook", server.url(), "secret", PATIENT));

            assertThat(failures)
                    .extracting(line -> line.replaceAll("^FAIL {2}| \\(.*", ""))
                    .containsExactly(
                            "another secret's signature is refused",
                            "a call without a signature is refused",
                            "a call that was altered is refused",
                            "a call signed an hour ago is refused",
                            "a timestamp that was replaced is refused",
                            "garbage is refused",
                            "16 MiB are refused, and the next call is answered",
                            "GET is refused");
        }
    }

    @Test
    void failsAWebhookThatDecidesASecondAttemptAnew() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        try (Wrong server =
                new Wrong(exchange -> say(exchange, 200, "{\"allow\":" + (calls.incrementAndGet() % 2 == 0) + "}"))) {
            assertThat(failures(run("webhook", server.url(), PATIENT)))
                    .anyMatch(line -> line.contains("a second attempt, with the same id, gets the same answer ("));
        }
    }

    @Test
    void failsAWebhookThatRedirectsOrAnswersHtml() throws Exception {
        try (Wrong html = new Wrong(exchange -> say(exchange, 200, "<html>"));
                Wrong redirect = new Wrong(exchange -> say(exchange, 302, ""))) {
            assertThat(failures(run("webhook", html.url(), PATIENT)).get(0))
                    .contains("a valid call is answered with allow (the answer is no JSON object");
            assertThat(failures(run("webhook", redirect.url(), PATIENT)).get(0)).contains("answered 302, not 2xx");
        }
    }

    @Test
    void failsAServerThatOneStalledCallHoldsUp() throws Exception {
        HttpServer single = HttpServer.create(LOOPBACK, 100);
        ExecutorService one = Executors.newSingleThreadExecutor();
        single.setExecutor(one);
        single.createContext("/", exchange -> {
            try (exchange) {
                say(exchange, 200, "{\"allow\":true}");
            }
        });
        single.start();
        try {
            String url = "http://127.0.0.1:" + single.getAddress().getPort();
            assertThat(failures(run("webhook", url, PATIENT, "patience=1000")))
                    .anyMatch(line -> line.contains("calls that never end hold nobody up (no answer"));
        } finally {
            single.stop(0);
            one.shutdownNow();
        }
    }

    @Test
    void saysHowToUseItWhenNotUnderstood() throws Exception {
        for (String[] wrong :
                new String[][] {{}, {"nonsense"}, {"http://x", "s", "more"}, {"http://x", "within=soon"}}) {
            assertThat(run(wrong)).contains("ConformanceKit [mics-http|webhook] URL [SECRET] [key=value ...]");
            assertThat(exit).isEqualTo(64);
        }
    }
}
