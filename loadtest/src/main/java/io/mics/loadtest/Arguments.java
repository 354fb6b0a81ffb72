package io.mics.loadtest;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the command line says: a scenario, {@code key=value} parameters, and a command behind {@code --}. */
final class Arguments {
    private static final Set<String> KEYS = Set.of(
            "url", "tenant", "pid", "pairs", "window", "warmup", "seconds", "body", "members", "connections", "runs");

    final String scenario;
    final List<String> command = new ArrayList<>();
    private final Map<String, String> values = new HashMap<>();

    Arguments(String[] args) {
        scenario = args.length > 0 ? args[0] : "";
        int at = 1;
        for (; at < args.length && !args[at].equals("--"); at++) {
            int equals = args[at].indexOf('=');
            if (equals < 0 || !KEYS.contains(args[at].substring(0, equals))) {
                throw new IllegalArgumentException(args[at] + ": not one of " + KEYS);
            }
            values.put(args[at].substring(0, equals), args[at].substring(equals + 1));
        }
        for (at++; at < args.length; at++) {
            command.add(args[at]);
        }
    }

    URI url() {
        return URI.create(values.getOrDefault("url", "ws://127.0.0.1:8080"));
    }

    String tenant() {
        return values.getOrDefault("tenant", "playground");
    }

    int number(String key, int otherwise) {
        String value = values.get(key);
        return value == null ? otherwise : Integer.parseInt(value);
    }

    ServerProcess server() {
        return new ServerProcess(number("pid", 0));
    }
}
