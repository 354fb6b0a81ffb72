package io.mics.loadtest;

import io.mics.loadtest.DurableFrames.Way;
import io.mics.loadtest.DurableTraffic.Shape;
import io.mics.loadtest.cluster.GatewayProcess;
import io.mics.loadtest.durable.MissedMessages;
import io.mics.loadtest.durable.Postgres;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Measures durable conversations beside the pipe: one node as a process, its playground without a backend, SQLite in
 * the node or a PostgreSQL beside it with every commit on the disk. Prints a table of medians.
 */
final class DurableTable {
    private static final String HEAP = "1g";
    private static final int AGAIN = 5;

    private final Map<String, String> given;
    private final Path folder;
    /** Figures by row, and by what was measured. */
    private final Map<String, Map<String, List<Double>>> rows = new LinkedHashMap<>();

    private DurableTable(Map<String, String> given, Path folder) {
        this.given = given;
        this.folder = folder;
    }

    /** Runs what {@code key=value} arguments say; exits with 1 when anything was lost, refused or out of order. */
    public static void main(String[] args) throws InterruptedException {
        Map<String, String> given = new HashMap<>(Map.of(
                "jar", "app/target/mics.jar",
                "on", "pipe,embedded,postgres",
                "rounds", "3",
                "senders", "200",
                "conversations", "50",
                "window", "8",
                "warmup", "30",
                "seconds", "10"));
        for (String arg : args) {
            int equals = arg.indexOf('=');
            if (equals < 0 || !given.containsKey(arg.substring(0, equals))) {
                System.err.println(arg + ": not one of " + given.keySet());
                System.exit(64);
            }
            given.put(arg.substring(0, equals), arg.substring(equals + 1));
        }
        try {
            Path folder = Files.createTempDirectory("mics-durable-table");
            new DurableTable(given, folder).run();
            delete(folder);
            System.exit(0);
        } catch (IOException | RuntimeException | Error failed) {
            failed.printStackTrace();
            System.exit(1);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private int number(String key) {
        return Integer.parseInt(given.getOrDefault(key, "0"));
    }

    private List<String> measured() {
        return List.of(given.getOrDefault("on", "").split(","));
    }

    private void run() throws IOException, InterruptedException {
        System.err.println("logs in " + folder);
        for (int round = 1; round <= number("rounds"); round++) {
            for (String what : measured()) {
                Path place = Files.createDirectories(folder.resolve(what + "-" + round));
                if (what.equals("postgres")) {
                    try (Postgres postgres = new Postgres(place.resolve("data"))) {
                        measure(what, place, postgres);
                    }
                } else {
                    measure(what, place, null);
                }
            }
        }
        print();
    }

    private void measure(String what, Path place, @Nullable Postgres postgres)
            throws IOException, InterruptedException {
        Way way = what.equals("pipe") ? Way.PIPE : Way.DURABLE;
        String store = postgres == null ? "folder: '" + place.resolve("data") + "'" : "url: '" + postgres.url() + "'";
        Path config = Files.createDirectories(place.resolve("config"));
        Files.writeString(
                config.resolve("mics.yaml"),
                "host: 127.0.0.1\nplayground: {groups: {}}\nstore: {" + store + "}\n"
                        + "defaults: {heartbeat: 1h, messages: " + (way == Way.PIPE ? "pipe" : "durable") + "}\n");
        GatewayProcess gateway = new GatewayProcess(
                Path.of(given.getOrDefault("jar", "")).toAbsolutePath(),
                config,
                place.resolve("gateway.log"),
                GatewayProcess.freePort(),
                HEAP,
                Map.of());
        try (gateway) {
            gateway.start();
            gateway.awaitReady();
            many(what, way, gateway, postgres);
            one(what, way, gateway);
            if (way == Way.DURABLE) {
                catchUp(what, gateway);
            }
        }
    }

    private static URI url(GatewayProcess gateway) {
        return URI.create("ws://127.0.0.1:" + gateway.port());
    }

    /** Many senders with many conversations each: as fast as it goes, then at half of that. */
    private void many(String what, Way way, GatewayProcess gateway, @Nullable Postgres postgres) throws IOException {
        Shape shape = new Shape(number("senders"), number("conversations"), number("window"));
        ServerProcess server = new ServerProcess(gateway.pid());
        try (DurableTraffic traffic = new DurableTraffic(url(gateway), way, shape, "m", 128)) {
            double most = traffic.fast(number("warmup"), number("seconds"));
            row("messages/s", what, most);
            row("at that, delivery p50, ms", what, traffic.delivery().micros(0.50) / 1000);
            double cpu = server.cpuSeconds();
            double databaseCpu = postgres == null ? 0 : postgres.cpuSeconds();
            double held = traffic.steady(most / 2, 0, number("seconds"));
            double messages = most / 2 * number("seconds");
            row("at half, CPU of the node per message, us", what, (server.cpuSeconds() - cpu) / messages * 1e6);
            if (postgres != null) {
                row(
                        "at half, CPU of PostgreSQL per message, us",
                        what,
                        (postgres.cpuSeconds() - databaseCpu) / messages * 1e6);
            }
            row("at half, ack p50, ms", what, traffic.ack().micros(0.50) / 1000);
            row("at half, ack p99, ms", what, traffic.ack().micros(0.99) / 1000);
            row("at half, recipient has it, p50, ms", what, traffic.delivery().micros(0.50) / 1000);
            row("at half, recipient has it, p99, ms", what, traffic.delivery().micros(0.99) / 1000);
            System.err.printf(Locale.ROOT, "  %.2f %% held back%n", held * 100);
        }
    }

    private void one(String what, Way way, GatewayProcess gateway) throws IOException {
        try (DurableTraffic traffic = new DurableTraffic(url(gateway), way, new Shape(1, 1, 64), "o", 128)) {
            row("one conversation, one sender, 64 in flight, messages/s", what, traffic.fast(2, number("seconds")));
        }
    }

    /** 1 000 missed messages of 20 conversations, from the dial to the last message; the first is not counted. */
    private void catchUp(String what, GatewayProcess gateway) throws IOException, InterruptedException {
        for (int i = 0; i <= AGAIN; i++) {
            MissedMessages missed = new MissedMessages(gateway.port(), "away" + i, 20, 50);
            missed.send();
            double millis = missed.fetch();
            if (i > 0) {
                row("catch-up of 1 000 messages over 20 conversations, ms", what, millis);
            }
        }
    }

    private void row(String name, String what, double value) {
        rows.computeIfAbsent(name, n -> new LinkedHashMap<>())
                .computeIfAbsent(what, w -> new ArrayList<>())
                .add(value);
        System.err.printf(Locale.ROOT, "  %s, %s: %.2f%n", what, name, value);
    }

    private static String median(@Nullable List<Double> values) {
        if (values == null) {
            return "";
        }
        double median = values.stream().sorted().toList().get(values.size() / 2);
        return String.format(Locale.ROOT, median >= 1000 ? "%.0f" : "%.2f", median);
    }

    private void print() {
        System.out.printf(
                "%n%d processors for node, database and driver together; JDK %s; 128-byte bodies; %d senders,"
                        + " %d conversations each; medians of %d%n%n",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.version"),
                number("senders"),
                number("conversations"),
                number("rounds"));
        System.out.println("| | " + String.join(" | ", measured()) + " |");
        System.out.println("| --- |" + " ---: |".repeat(measured().size()));
        rows.forEach((name, values) -> {
            List<String> cells =
                    measured().stream().map(what -> median(values.get(what))).toList();
            System.out.println("| " + name + " | " + String.join(" | ", cells) + " |");
        });
    }
}
