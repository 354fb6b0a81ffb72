package io.mics.admin.chat;

import io.mics.address.LoopbackHost;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks a node's {@code /internal} what became of a message: at {@code ADMIN_URL}, else, where clients connect to this
 * machine, at the port they connect to and at the internal one. {@code ADMIN_TOKEN} is shown nowhere else. Blocks.
 */
final class ChatExplain implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final String INTERNAL_PORT = "9091";

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final List<String> nodes;
    private final String tenant;
    private final String token;
    private volatile String refusedBy = "";

    private ChatExplain(List<String> nodes, String tenant, String token) {
        this.nodes = nodes;
        this.tenant = tenant;
        this.token = token;
    }

    /** Asks for whoever chats with these settings, where {@code environment} says. */
    static ChatExplain of(ChatSettings settings, Map<String, String> environment) {
        List<String> nodes = new ArrayList<>();
        String named = environment.getOrDefault("ADMIN_URL", "");
        String host = settings.url().getHost();
        if (!named.isEmpty()) {
            nodes.add(named.endsWith("/") ? named.substring(0, named.length() - 1) : named);
        } else if (LoopbackHost.is(host)) {
            boolean secure = "wss".equals(settings.url().getScheme());
            int port = settings.url().getPort();
            nodes.add((secure ? "https://" : "http://") + host + (port < 0 ? "" : ":" + port));
            nodes.add("http://" + host + ":" + environment.getOrDefault("INTERNAL_PORT", INTERNAL_PORT));
        }
        return new ChatExplain(nodes, settings.tenant(), environment.getOrDefault("ADMIN_TOKEN", ""));
    }

    /** Where it asks, one after the other. */
    List<String> nodes() {
        return List.copyOf(nodes);
    }

    /** What a node remembers of a message of this tenant; empty when none of them says. */
    Optional<JsonObject> of(String messageId) throws InterruptedException {
        for (String node : nodes) {
            Optional<JsonObject> answer = ask(node, messageId);
            if (answer.isPresent()) {
                return answer;
            }
        }
        return Optional.empty();
    }

    /** The node that said it answers only to who shows its {@code ADMIN_TOKEN}; empty while none did. */
    String refusedBy() {
        return refusedBy;
    }

    private Optional<JsonObject> ask(String node, String messageId) throws InterruptedException {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(
                            node + "/internal/messages/" + encoded(messageId) + "/explain?tenant=" + encoded(tenant)))
                    .timeout(PATIENCE);
            if (!token.isEmpty()) {
                request.header("Authorization", "Bearer " + token);
            }
            HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 401 || answer.statusCode() == 403) {
                refusedBy = node;
            }
            if (answer.statusCode() != 200) {
                return Optional.empty();
            }
            try (JsonReader reader = Json.createReader(new StringReader(answer.body()))) {
                return Optional.of(reader.readObject());
            }
        } catch (IOException | IllegalArgumentException | JsonException e) {
            return Optional.empty();
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
