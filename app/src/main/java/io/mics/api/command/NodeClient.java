package io.mics.api.command;

import io.mics.api.ConnectProblem;
import io.mics.api.Terminal;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.spi.JsonProvider;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Asks a running node under {@code /internal}, and says in one sentence what is wrong where it does not answer.
 *
 * @param servers where it may be; the second is asked where nothing listens at the first, and so on
 */
record NodeClient(Terminal terminal, List<URI> servers) {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int UNKNOWN = 1;

    /** Gives the answer to {@code found}; returns the exit code: 0, 1 for what is unknown there, 69 for no answer. */
    int print(String method, String path, Consumer<String> found) {
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .build()) {
            for (URI server : servers.subList(0, servers.size() - 1)) {
                Optional<Integer> code = ask(client, server, method, path, found);
                if (code.isPresent()) {
                    return code.get();
                }
            }
            return ask(client, servers.getLast(), method, path, found).orElseGet(this::nobody);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Terminal.UNAVAILABLE;
        }
    }

    private int nobody() {
        terminal.err()
                .println("nothing listens at "
                        + String.join(
                                " or ", servers.stream().map(URI::toString).toList())
                        + ": start the server, or name where it listens with --url");
        return Terminal.UNAVAILABLE;
    }

    /** The exit code; empty where nothing listens. */
    private Optional<Integer> ask(HttpClient client, URI server, String method, String path, Consumer<String> found)
            throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server + path))
                .timeout(PATIENCE)
                .method(method, HttpRequest.BodyPublishers.noBody());
        String token = terminal.environment().getOrDefault("ADMIN_TOKEN", "");
        try {
            if (!token.isEmpty()) {
                request.header("Authorization", "Bearer " + token);
            }
            HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return Optional.of(answered(server, answer, token.isEmpty(), found));
        } catch (IOException e) {
            if (ConnectProblem.isRefused(e)) {
                return Optional.empty();
            }
            terminal.err().println(ConnectProblem.of(server, e));
        } catch (IllegalArgumentException e) {
            terminal.err().println("ADMIN_TOKEN has characters that no header can carry: correct it");
        }
        return Optional.of(Terminal.UNAVAILABLE);
    }

    private int answered(URI server, HttpResponse<String> answer, boolean anonymous, Consumer<String> found) {
        if (answer.statusCode() == 200 && json(answer.body()).isPresent()) {
            found.accept(answer.body());
            return 0;
        }
        boolean isUnknown = answer.statusCode() == 404;
        String error = json(answer.body()).map(json -> error(json, !isUnknown)).orElse("");
        terminal.err().println(sentence(server, answer, anonymous, error));
        return isUnknown && !error.isEmpty() ? UNKNOWN : Terminal.UNAVAILABLE;
    }

    private static String sentence(URI server, HttpResponse<String> answer, boolean anonymous, String error) {
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
