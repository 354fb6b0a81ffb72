package io.mics.api.replay;

import io.mics.hook.point.Target;
import io.mics.hook.record.HookCall;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What to replay, and where.
 *
 * @param file        the recording
 * @param target      gets the calls
 * @param hook        the one whose calls are made, with or without its version; none is every hook
 * @param concurrency calls at one time
 */
record ReplaySettings(Path file, Target target, Optional<String> hook, int concurrency) {
    private static final int MOST_AT_ONCE = 1_000;
    private static final Set<String> OPTIONS = Set.of("--target", "--transport", "--secret", "--hook", "--concurrency");

    /**
     * Reads the arguments after {@code hooks replay}.
     *
     * @throws IllegalArgumentException one is not understood; the message says which
     */
    static ReplaySettings parse(List<String> arguments) {
        Map<String, String> given = new HashMap<>();
        String file = "";
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (OPTIONS.contains(argument)) {
                if (++i == arguments.size()) {
                    throw new IllegalArgumentException(argument + " needs a value");
                }
                given.put(argument, arguments.get(i));
            } else if (argument.startsWith("-") || !file.isEmpty()) {
                throw new IllegalArgumentException("not understood: " + argument);
            } else {
                file = argument;
            }
        }
        return new ReplaySettings(
                file(file),
                target(given),
                Optional.ofNullable(given.get("--hook")),
                concurrency(given.getOrDefault("--concurrency", "8")));
    }

    private static Path file(String name) {
        Path file = Path.of(name);
        if (name.isEmpty() || !Files.isReadable(file) || Files.isDirectory(file)) {
            throw new IllegalArgumentException(name.isEmpty() ? "FILE is missing" : name + " cannot be read");
        }
        return file;
    }

    private static Target target(Map<String, String> given) {
        if (!given.containsKey("--target")) {
            throw new IllegalArgumentException("--target is missing");
        }
        URI url = url(given.get("--target"));
        Optional<String> secret = Optional.ofNullable(given.get("--secret"));
        return switch (given.getOrDefault("--transport", "webhook")) {
            case "webhook" ->
                new Target.Webhook(url, secret.stream().toList(), Target.Webhook.Signature.TIMESTAMPED, "");
            case "grpc" -> {
                if (secret.isPresent()) {
                    throw new IllegalArgumentException("--secret: only webhooks are signed");
                }
                yield new Target.Grpc(url, "");
            }
            case String other -> throw new IllegalArgumentException("--transport: webhook or grpc, not " + other);
        };
    }

    private static URI url(String text) {
        try {
            URI url = URI.create(text);
            if (url.getHost() != null && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new IllegalArgumentException("--target: http://host:port/path or https://…, not " + text);
    }

    private static int concurrency(String text) {
        if (!text.matches("\\d{1,4}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MOST_AT_ONCE) {
            throw new IllegalArgumentException("--concurrency: 1 to " + MOST_AT_ONCE + ", not " + text);
        }
        return Integer.parseInt(text);
    }

    /** Whether a call is to be made again. */
    boolean includes(HookCall call) {
        return hook.isEmpty()
                || hook.get().equals(call.hook())
                || hook.get().equals(call.hook() + "@" + call.version());
    }
}
