package io.mics.hook.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.mics.hook.point.FakeHookServer;
import io.mics.testing.Certificates;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A webhook as its author would write it. */
public final class JsonHookServer implements FakeHookServer {
    static {
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final Optional<Certificates.Identity> identity;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final int port;
    private volatile Answering answering = call -> Map.of();
    private HttpServer server;

    public JsonHookServer(Optional<Certificates.Identity> identity) throws IOException, GeneralSecurityException {
        this.identity = identity;
        this.server = begin(0);
        this.port = server.getAddress().getPort();
    }

    @Override
    public void answer(Answering to) {
        answering = to;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void stop() {
        server.stop(0);
    }

    @Override
    public void start() throws IOException {
        try {
            server = begin(port);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        stop();
        threads.shutdownNow();
    }

    private HttpServer begin(int at) throws IOException, GeneralSecurityException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), at);
        HttpServer begun;
        if (identity.isPresent()) {
            HttpsServer secure = HttpsServer.create(address, 0);
            secure.setHttpsConfigurator(new HttpsConfigurator(identity.get().context()));
            begun = secure;
        } else {
            begun = HttpServer.create(address, 0);
        }
        begun.setExecutor(threads);
        begun.createContext("/hook", this::serve);
        begun.start();
        return begun;
    }

    private void serve(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (!exchange.getRequestMethod().equals("POST")) {
            exchange.sendResponseHeaders(405, -1);
            exchange.close();
            return;
        }
        try {
            Map<String, Object> fields = tree(read(body));
            Map<String, String> headers = new HashMap<>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
            String point = String.valueOf(new Call("", headers, fields).at("metadata.hook_type"));
            byte[] answer = json(answering.answer(new Call(point, headers, fields)))
                    .toString()
                    .getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            exchange.sendResponseHeaders(500, -1);
        } finally {
            exchange.close();
        }
    }

    private static JsonObject read(byte[] body) {
        try (JsonReader reader = Json.createReader(new ByteArrayInputStream(body))) {
            return reader.readObject();
        }
    }

    private static Map<String, Object> tree(JsonObject object) {
        Map<String, Object> tree = new HashMap<>();
        for (Map.Entry<String, JsonValue> entry : object.entrySet()) {
            Object value = entry.getValue() instanceof JsonObject inner
                    ? tree(inner)
                    : entry.getValue() instanceof JsonString text
                            ? text.getString()
                            : entry.getValue().toString();
            boolean bytes = entry.getKey().equals("payload");
            tree.put(entry.getKey(), bytes ? Base64.getDecoder().decode((String) value) : value);
        }
        return tree;
    }

    private static JsonObject json(Map<?, ?> tree) {
        JsonObjectBuilder object = Json.createObjectBuilder();
        tree.forEach((name, value) -> object.add((String) name, json(value)));
        return object.build();
    }

    private static JsonValue json(Object value) {
        return switch (value) {
            case Map<?, ?> inner -> json(inner);
            case byte[] bytes -> Json.createValue(Base64.getEncoder().encodeToString(bytes));
            case Boolean truth -> truth ? JsonValue.TRUE : JsonValue.FALSE;
            case Integer number -> Json.createValue(number);
            case List<?> list -> {
                JsonArrayBuilder array = Json.createArrayBuilder();
                list.forEach(element -> array.add(json(element)));
                yield array.build();
            }
            case Object text -> Json.createValue(text.toString());
        };
    }
}
