package io.mics.sdk.hook.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.hook.v1.AuthRequest;
import io.mics.proto.hook.v1.AuthResponse;
import io.mics.proto.hook.v1.EventType;
import io.mics.proto.hook.v1.GetOfflineMessagesRequest;
import io.mics.proto.hook.v1.GetOfflineMessagesResponse;
import io.mics.proto.hook.v1.HookMeta;
import io.mics.proto.hook.v1.TenantRuntimeConfig;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.sdk.event.EventBroker;
import io.mics.sdk.sign.HookSignature;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("engine")
class ExampleBackendEventsTest {
    private static final EventBroker KAFKA = new EventBroker();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path folder = Path.of("");

    @BeforeAll
    static void createsTopics() throws Exception {
        KAFKA.createTopic("t1", 1);
        KAFKA.createTopic("t2", 1);
        KAFKA.createTopic("t3", 1);
    }

    @AfterAll
    static void stopsKafka() {
        KAFKA.close();
    }

    @Test
    void whatWasMissedIsPulledInPagesOnceAndInOrder() throws Exception {
        for (int i = 0; i < 5; i++) {
            KAFKA.send(EventBroker.message(EventType.OFFLINE_MESSAGE, "t1", "u1", "u2", "m" + i), "n-1-" + i);
            KAFKA.send(EventBroker.message(EventType.SINGLE_CHAT_MSG, "t1", "u1", "u2", "s" + i), "n-2-" + i);
        }
        KAFKA.send(EventBroker.message(EventType.OFFLINE_MESSAGE, "t1", "u1", "u2", "m3"), "n-1-3");
        KAFKA.send(EventBroker.message(EventType.OFFLINE_MESSAGE, "t1", "u1", "u2", "end"), "n-1-5");

        try (ExampleBackend backend = new ExampleBackend(settings("t1"))) {
            awaitStored(backend.baseUrl(), "t1", "end");
            List<String> pulled = new ArrayList<>();
            GetOfflineMessagesResponse page = pull(backend.baseUrl(), "t1", "", 2);
            pulled.addAll(ids(page));
            while (page.getHasMore()) {
                page = pull(backend.baseUrl(), "t1", page.getNextCursor(), 2);
                pulled.addAll(ids(page));
            }
            assertThat(pulled).containsExactly("m0", "m1", "m2", "m3", "m4", "end");
            assertThat(pull(backend.baseUrl(), "t1", "", 2).getMessagesCount()).isZero();
        }
    }

    @Test
    void acceptsWhatEitherOfItsSecretsSigned() throws Exception {
        KAFKA.send(EventBroker.message(EventType.OFFLINE_MESSAGE, "t2", "u1", "u2", "early"), "n-1-0");
        byte[] late = HookSignature.sign(
                        "given", EventBroker.message(EventType.OFFLINE_MESSAGE, "t2", "u1", "u2", "late"))
                .toByteArray();
        KAFKA.send(EventBroker.topic("t2"), 0, "u1", late, "n-1-1");
        BackendSettings plain = settings("t2");
        BackendSettings settings = new BackendSettings(
                0,
                EventBroker.SECRET,
                Map.of(),
                Duration.ZERO,
                0,
                "",
                TenantRuntimeConfig.newBuilder().setTenantSecret("given").build(),
                plain.events());
        try (ExampleBackend backend = new ExampleBackend(settings)) {
            GetOfflineMessagesRequest request = HookSignature.sign("given", request("t2", "", 10));
            GetOfflineMessagesResponse page = post(backend.baseUrl(), request);
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (page.getMessagesCount() < 2 && System.nanoTime() < end) {
                page = post(backend.baseUrl(), request);
            }
            assertThat(ids(page)).containsExactly("early", "late");
        }
    }

    @Test
    void asksForThePullInItsAuthAnswer() throws Exception {
        try (ExampleBackend backend = new ExampleBackend(settings("t1"))) {
            AuthRequest request = HookSignature.sign(
                    EventBroker.SECRET,
                    AuthRequest.newBuilder().setToken("valid:u1").build());
            AuthResponse answer = AuthResponse.parseFrom(post(backend.baseUrl() + "/auth", request.toByteArray()));
            assertThat(answer.getConfig().getOfflineUseHookPull()).isTrue();
        }
    }

    @Test
    void aKilledBackendHasWhatItStoredAndStoresNothingTwice() throws Exception {
        KAFKA.send(EventBroker.message(EventType.OFFLINE_MESSAGE, "t3", "u1", "u2", "m0"), "n-1-0");
        KAFKA.send(EventBroker.message(EventType.OFFLINE_MESSAGE, "t3", "u1", "u2", "m1"), "n-1-1");
        Process first = process("first");
        try {
            awaitStored(baseUrl(first), "t3", "m1");
        } finally {
            first.destroyForcibly().waitFor();
        }
        KAFKA.send(EventBroker.message(EventType.OFFLINE_MESSAGE, "t3", "u1", "u2", "m2"), "n-1-2");
        // a group without commits: everything comes again
        Process second = process("second");
        try {
            String url = baseUrl(second);
            awaitStored(url, "t3", "m2");
            assertThat(ids(pull(url, "t3", "", 10))).containsExactly("m0", "m1", "m2");
        } finally {
            second.destroyForcibly().waitFor();
        }
    }

    private BackendSettings settings(String tenant) {
        Map<String, String> environment = Map.of(
                "PORT",
                "0",
                "HOOK_SECRET",
                EventBroker.SECRET,
                "KAFKA__BOOTSTRAP_SERVERS",
                KAFKA.bootstrapServers(),
                "HOOK_EVENT_TENANTS",
                tenant,
                "HOOK_EVENT_GROUP",
                "example-" + tenant,
                "HOOK_STORE",
                folder.toString());
        return BackendSettings.from(List.of(), environment::get);
    }

    private Process process(String group) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                ExampleBackend.class.getName(),
                "--port",
                "0");
        builder.environment()
                .putAll(Map.of(
                        "HOOK_SECRET",
                        EventBroker.SECRET,
                        "KAFKA__BOOTSTRAP_SERVERS",
                        KAFKA.bootstrapServers(),
                        "HOOK_EVENT_TENANTS",
                        "t3",
                        "HOOK_EVENT_GROUP",
                        group,
                        "HOOK_STORE",
                        folder.toString()));
        return builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    private static String baseUrl(Process process) throws Exception {
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        assertThat(line).startsWith("example backend on port ");
        return "http://127.0.0.1:" + line.substring(line.lastIndexOf(' ') + 1);
    }

    /** Pulls, without a cursor and so without taking anything, until this message is there. */
    private void awaitStored(String baseUrl, String tenant, String msgId) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!ids(pull(baseUrl, tenant, "", 100)).contains(msgId)) {
            assertThat(System.nanoTime()).as("%s does not come", msgId).isLessThan(end);
        }
    }

    private GetOfflineMessagesResponse pull(String baseUrl, String tenant, String cursor, int max) throws Exception {
        return post(baseUrl, HookSignature.sign(EventBroker.SECRET, request(tenant, cursor, max)));
    }

    private static GetOfflineMessagesRequest request(String tenant, String cursor, int max) {
        return GetOfflineMessagesRequest.newBuilder()
                .setMeta(HookMeta.newBuilder().setTenantId(tenant))
                .setUserId("u2")
                .setMaxMessages(max)
                .setCursor(cursor)
                .build();
    }

    private GetOfflineMessagesResponse post(String baseUrl, GetOfflineMessagesRequest request) throws Exception {
        return GetOfflineMessagesResponse.parseFrom(post(baseUrl + "/get-offline-messages", request.toByteArray()));
    }

    private byte[] post(String url, byte[] body) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(URI.create(url))
                                .POST(BodyPublishers.ofByteArray(body))
                                .build(),
                        BodyHandlers.ofByteArray())
                .body();
    }

    private static List<String> ids(GetOfflineMessagesResponse page) {
        return page.getMessagesList().stream().map(MessageRequest::getMsgId).toList();
    }
}
