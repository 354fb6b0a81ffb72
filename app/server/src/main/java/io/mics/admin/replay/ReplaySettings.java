package io.mics.admin.replay;

import io.mics.hook.policy.Target;
import io.mics.hook.record.HookCall;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

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

    /** Throws {@link IllegalArgumentException}, which names the one that is wrong. */
    static ReplaySettings of(String file, Target target, Optional<String> hook, String concurrency) {
        return new ReplaySettings(file(file), target, hook, concurrency(concurrency));
    }

    private static Path file(String name) {
        Path file = Path.of(name);
        if (name.isEmpty() || !Files.isReadable(file) || Files.isDirectory(file)) {
            throw new IllegalArgumentException(name.isEmpty() ? "FILE is missing" : name + " cannot be read");
        }
        return file;
    }

    /** Where calls go; throws {@link IllegalArgumentException}, which names what is wrong. */
    static Target target(String address, String transport, Optional<String> secret) {
        URI url = url(address);
        return switch (transport) {
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
