package io.mics.admin.command;

import io.mics.admin.terminal.ConnectProblem;
import io.mics.admin.terminal.Terminal;
import io.mics.admin.terminal.TerminalText;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.spi.JsonProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Asks a running node under {@code /internal}, and says in one sentence what is wrong where it does not answer.
 *
 * @param servers where it may be; the second is asked where nothing listens at the first, and so on
 */
record NodeClient(Terminal terminal, List<URI> servers) {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** Of an answer; a thousand dead letters have less. */
    private static final int MOST_BYTES = 64 << 20;

    private static final int UNKNOWN = 1;

    /** Prints the answer, if it is one; returns the exit code: 0, 1 for what is unknown there, 69 for no answer. */
    int print(String method, String path, Predicate<JsonObject> isAnswer) {
        return ask(
                method, path, new Use(isAnswer, (json, text) -> terminal.out().println(TerminalText.json(text))));
    }

    /** The same, but gives the answer to {@code found}. */
    int ask(String method, String path, Predicate<JsonObject> isAnswer, Consumer<JsonObject> found) {
        return ask(method, path, new Use(isAnswer, (json, text) -> found.accept(json)));
    }

    /** What an answer must be, and what is done with it. */
    private record Use(Predicate<JsonObject> isAnswer, BiConsumer<JsonObject, String> found) {}

    private int ask(String method, String path, Use use) {
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .build()) {
            for (URI server : servers.subList(0, servers.size() - 1)) {
                Optional<Integer> code = ask(client, server, method, path, use);
                if (code.isPresent()) {
                    return code.get();
                }
            }
            return ask(client, servers.getLast(), method, path, use).orElseGet(this::unreachable);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Terminal.UNAVAILABLE;
        }
    }

    private int unreachable() {
        terminal.err()
                .println("nothing listens at "
                        + String.join(
                                " or ", servers.stream().map(URI::toString).toList())
                        + ": start the server, or name where it listens with --url");
        return Terminal.UNAVAILABLE;
    }

    /** The exit code; empty where nothing listens. */
    private Optional<Integer> ask(HttpClient client, URI server, String method, String path, Use use)
            throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server + path))
                .timeout(PATIENCE)
                .method(method, HttpRequest.BodyPublishers.noBody());
        String token = terminal.environment().getOrDefault("ADMIN_TOKEN", "");
        try {
            if (!token.isEmpty()) {
                request.header("Authorization", "Bearer " + token);
            }
            HttpResponse<InputStream> answer = client.send(request.build(), BodyHandlers.ofInputStream());
            return Optional.of(answered(server, answer, body(answer), token.isEmpty(), use));
        } catch (IOException e) {
            if (ConnectProblem.isRefused(e)) {
                return Optional.empty();
            }
            say(ConnectProblem.of(server, e));
        } catch (IllegalArgumentException e) {
            terminal.err().println("ADMIN_TOKEN has characters that no header can carry: correct it");
        }
        return Optional.of(Terminal.UNAVAILABLE);
    }

    private static String body(HttpResponse<InputStream> answer) throws IOException {
        try (InputStream in = answer.body()) {
            byte[] body = in.readNBytes(MOST_BYTES + 1);
            if (body.length > MOST_BYTES) {
                throw new IOException("more than " + MOST_BYTES + " bytes");
            }
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private int answered(URI server, HttpResponse<?> answer, String body, boolean anonymous, Use use) {
        Optional<JsonObject> json = json(body);
        if (answer.statusCode() == 200 && json.filter(use.isAnswer()).isPresent()) {
            use.found().accept(json.get(), body);
            return 0;
        }
        boolean isUnknown = answer.statusCode() == 404;
        String error = json.map(said -> error(said, !isUnknown)).orElse("");
        say(sentence(server, answer, anonymous, error));
        return isUnknown && !error.isEmpty() ? UNKNOWN : Terminal.UNAVAILABLE;
    }

    private void say(String sentence) {
        terminal.err().println(TerminalText.line(sentence));
    }

    private static String sentence(URI server, HttpResponse<?> answer, boolean anonymous, String error) {
        int status = answer.statusCode();
        if (status == 401) {
            return anonymous
                    ? server + " wants its admin token: set ADMIN_TOKEN to what the server was started with"
                    : server + " does not take this ADMIN_TOKEN: set it to what the server was started with";
        }
        if (status == 429) {
            return server + " was shown too many wrong tokens from here: correct ADMIN_TOKEN, and ask again in "
                    + answer.headers().firstValue("Retry-After").orElse("60") + " s";
        }
        if (!error.isEmpty()) {
            return status == 404 ? error : error + " (" + status + " from " + server + ")";
        }
        if (status == 404) {
            return server + " answers nothing under /internal to this command: name the server's internal port with"
                    + " --url" + (anonymous ? ", or ask on its own machine, or set the ADMIN_TOKEN it was given" : "");
        }
        return server + " answered " + status + ", as no MICS server does: name where that listens with --url";
    }

    /** What a refusal says: the field, where one is wrong, and how. */
    private static String error(JsonObject json, boolean withField) {
        String field = json.getString("field", "");
        String error = json.getString("error", "");
        return withField && !field.isEmpty() ? field + " " + error : error;
    }

    private static Optional<JsonObject> json(String body) {
        try (JsonReader reader = JsonProvider.provider().createReader(new StringReader(body))) {
            return Optional.of(reader.readObject());
        } catch (JsonException e) {
            return Optional.empty();
        }
    }
}
