package io.mics.api;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/**
 * {@code java -jar mics.jar dead-letters list|replay tenant=t1 …}: asks a running node and prints its answer as it is,
 * one JSON object.
 */
public final class DeadLetterCommand {
    /** What is printed when the command line is not understood. */
    public static final String USAGE = """
        java -jar mics.jar dead-letters list|replay tenant=ID [key=value ...]

          tenant=ID      whose events
          type=TYPE      CONNECT_ONLINE, CONNECT_OFFLINE, SINGLE_CHAT_MSG, GROUP_CHAT_MSG or OFFLINE_MESSAGE
          from=TIME      given up at that time or later: 2026-01-31T12:00:00Z or milliseconds since 1970
          to=TIME        given up before that time
          cause=TEXT     whose cause contains this text
          hook=NAME      those this hook could not be told of (* is every hook), not those their topic refused
          limit=N        at most so many, 1 to 1000 (100)
          url=URL        the node's internal port (http://127.0.0.1:9091, or ADMIN_URL)
                         http://127.0.0.1:8080 without a Redis, unless INTERNAL_PORT is set
          The admin token, where one is set, is read from ADMIN_TOKEN.
        """;

    private static final int WRONG_USAGE = 64;
    private static final int UNAVAILABLE = 69;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Set<String> KEYS = Set.of("tenant", "type", "from", "to", "cause", "hook", "limit", "url");

    private DeadLetterCommand() {}

    /** Runs the command of this process. */
    public static int run(List<String> arguments) {
        return run(arguments, System.getenv(), System.out, System.err);
    }

    /** Runs the command; returns the exit code: 0, 64 for a wrong command line, 69 when the node did not do it. */
    static int run(List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
        String action = arguments.isEmpty() ? "" : arguments.getFirst();
        if (!action.equals("list") && !action.equals("replay")) {
            err.print(USAGE);
            return WRONG_USAGE;
        }
        String url = environment.getOrDefault("ADMIN_URL", "http://127.0.0.1:9091");
        StringJoiner query = new StringJoiner("&");
        for (String argument : arguments.subList(1, arguments.size())) {
            int equals = argument.indexOf('=');
            String key = equals < 0 ? argument : argument.substring(0, equals);
            if (equals < 0 || !KEYS.contains(key)) {
                err.println("not understood: " + argument + System.lineSeparator() + USAGE);
                return WRONG_USAGE;
            }
            String value = argument.substring(equals + 1);
            if (key.equals("url")) {
                url = value;
            } else {
                query.add(key + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
            }
        }
        try {
            return ask(action, URI.create(url + "/internal/dead-letters"), query.toString(), environment, out, err);
        } catch (IllegalArgumentException e) {
            err.println("url: " + e.getMessage());
            return WRONG_USAGE;
        }
    }

    private static int ask(
            String action, URI at, String query, Map<String, String> environment, PrintStream out, PrintStream err) {
        boolean replay = action.equals("replay");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(at + (replay ? "/replay?" : "?") + query))
                .timeout(PATIENCE)
                .method(replay ? "POST" : "GET", HttpRequest.BodyPublishers.noBody());
        String token = environment.getOrDefault("ADMIN_TOKEN", "");
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build()) {
            HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            boolean done = answer.statusCode() == 200;
            (done ? out : err).println(done ? answer.body() : answer.statusCode() + " " + answer.body());
            return done ? 0 : UNAVAILABLE;
        } catch (IOException e) {
            err.println("cannot ask " + at + ": " + e);
            return UNAVAILABLE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return UNAVAILABLE;
        }
    }
}
