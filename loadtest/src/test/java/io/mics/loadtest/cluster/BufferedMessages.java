package io.mics.loadtest.cluster;

import io.mics.loadtest.history.Cast;
import io.mics.loadtest.history.Cast.Device;
import io.mics.loadtest.history.MessageKey;
import io.mics.loadtest.history.Rules.Buffered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway held in memory for absent users when it ended, as it said itself: with the loggers of {@link #LOGGING}
 * on, it writes {@code message_buffered} before a message is acknowledged, and {@code message_drained} once it is on a
 * socket queue, each line at once. What was buffered and not drained died with the process.
 */
final class BufferedMessages {
    /** The properties that turn these lines on. */
    static final String LOGGING = "io.mics.offline.BufferLog.level = FINE\nio.mics.routing.level = FINE\n";

    private static final Pattern FIELD = Pattern.compile("\"(event|tenant|user|from|device|msgId)\":\"([^\"]*)\"");

    private final Map<String, Device> devices = new HashMap<>();

    BufferedMessages(Cast cast) {
        cast.devices()
                .forEach(device -> devices.put(name(device.tenant(), device.userId(), device.deviceId()), device));
    }

    private static String name(@Nullable String tenant, @Nullable String user, @Nullable String device) {
        return tenant + "/" + user + "/" + device;
    }

    /** Reads what a log says of its process's last life. */
    Set<Buffered> diedWith(Path log) throws IOException {
        Set<Buffered> buffered = new HashSet<>();
        for (String line : Files.readAllLines(log)) {
            Map<String, String> fields = fields(line);
            switch (fields.getOrDefault("event", "")) {
                case "ready" -> buffered.clear();
                case "message_buffered" -> buffered.add(message(fields));
                case "message_drained" -> buffered.remove(message(fields));
                default -> {}
            }
        }
        return buffered;
    }

    private static Map<String, String> fields(String line) {
        Map<String, String> fields = new HashMap<>();
        Matcher field = FIELD.matcher(line);
        while (field.find()) {
            fields.put(field.group(1), field.group(2));
        }
        return fields;
    }

    private Buffered message(Map<String, String> fields) {
        String tenant = fields.get("tenant");
        Device sender = device(tenant, fields.get("from"), fields.get("device"));
        Device recipient = device(tenant, fields.get("user"), "d0");
        int number = Integer.parseInt(fields.getOrDefault("msgId", "0"));
        return new Buffered(new MessageKey(sender.number(), number), recipient.user());
    }

    private Device device(@Nullable String tenant, @Nullable String user, @Nullable String device) {
        Device known = devices.get(name(tenant, user, device));
        if (known == null) {
            throw new IllegalArgumentException("no such device: " + name(tenant, user, device));
        }
        return known;
    }
}
