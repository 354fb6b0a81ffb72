package io.mics.loadtest.durable;

import io.mics.loadtest.durable.check.RunHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a node says itself of times in which it could not do what it should. */
final class NodeLog {
    /** It entered devices in the directory that were not there, at its last renewal or since. */
    private static final Pattern ENTERED_LATE =
            Pattern.compile("\"ts\":\"([^\"]+)\".*\"event\":\"route_leases_expired\"");

    /** Longer than from one renewal to the next on a busy machine. */
    private static final Duration BEFORE = Duration.ofSeconds(10);

    private NodeLog() {}

    /** Reads the log of a node on this machine. */
    static void read(Path log, RunHistory history) throws IOException {
        long nanosAtEpoch = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
        try (Stream<String> lines = Files.lines(log)) {
            lines.map(ENTERED_LATE::matcher).filter(Matcher::find).forEach(line -> {
                long millis = Instant.parse(line.group(1)).toEpochMilli();
                long nanos = nanosAtEpoch + TimeUnit.MILLISECONDS.toNanos(millis);
                history.unready(nanos - BEFORE.toNanos(), nanos);
            });
        }
    }
}
