package io.mics.sdk.hook.example;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How an {@link ExampleBackend} behaves.
 *
 * @param port 0 picks a free one
 * @param secret for all tenants; empty accepts unsigned calls
 * @param groups members by group
 * @param delay how long each answer waits
 * @param failRate share of calls answered 500, from 0 to 1
 * @param denyWord messages whose body contains it are denied; empty denies none
 */
public record BackendSettings(
        int port, String secret, Map<String, List<String>> groups, Duration delay, double failRate, String denyWord) {

    /**
     * Takes what is given.
     *
     * @throws IllegalArgumentException a port, delay or rate out of range
     */
    public BackendSettings {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port must be 0 to 65535, is " + port);
        }
        if (delay.isNegative()) {
            throw new IllegalArgumentException("HOOK_DELAY_MS must not be negative, is " + delay.toMillis());
        }
        if (!(failRate >= 0 && failRate <= 1)) {
            throw new IllegalArgumentException("HOOK_FAIL_RATE must be 0 to 1, is " + failRate);
        }
        groups = Map.copyOf(groups);
    }

    /** A free port, this secret, no groups, prompt and friendly answers. */
    public static BackendSettings forTests(String secret) {
        return new BackendSettings(0, secret, Map.of(), Duration.ZERO, 0, "");
    }

    /**
     * From the environment, as {@code sdk-java/README.md} lists it; {@code --port N} beats {@code PORT}.
     *
     * @throws IllegalArgumentException a value that cannot be read, with the variable's name
     */
    public static BackendSettings from(List<String> args, Function<String, @Nullable String> environment) {
        return new BackendSettings(
                port(args, environment),
                text(environment, "HOOK_SECRET", ""),
                groups(text(environment, "HOOK_GROUP_MEMBERS", "{}")),
                Duration.ofMillis((long) number(environment, "HOOK_DELAY_MS", "0")),
                number(environment, "HOOK_FAIL_RATE", "0"),
                text(environment, "HOOK_DENY_WORD", ""));
    }

    private static int port(List<String> args, Function<String, @Nullable String> environment) {
        if (args.isEmpty()) {
            return (int) number(environment, "PORT", "8081");
        }
        if (args.size() != 2 || !args.get(0).equals("--port")) {
            throw new IllegalArgumentException("usage: ExampleBackend [--port N], not " + String.join(" ", args));
        }
        return (int) number(name -> args.get(1), "--port", "");
    }

    private static Map<String, List<String>> groups(String json) {
        try {
            return GroupsJson.read(json);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "HOOK_GROUP_MEMBERS must look like {\"group-1\":[\"u1\",\"u2\"]}: " + e.getMessage(), e);
        }
    }

    private static double number(Function<String, @Nullable String> environment, String name, String otherwise) {
        String value = text(environment, name, otherwise);
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " must be a number, is \"" + value + "\"", e);
        }
    }

    private static String text(Function<String, @Nullable String> environment, String name, String otherwise) {
        String value = environment.apply(name);
        return value == null || value.isBlank() ? otherwise : value;
    }
}
