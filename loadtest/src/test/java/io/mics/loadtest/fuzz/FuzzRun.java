package io.mics.loadtest.fuzz;

import io.mics.loadtest.cluster.GatewayProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A gateway among hostile clients, with a healthy one that must never feel them. */
public final class FuzzRun {
    private static final int CLIENTS = 8;
    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(120);

    /** Nothing is kept for long, so that memory is compared without waiting for minutes. */
    private static final String SETTINGS = """
        host: 127.0.0.1
        duplicates: {max-entries: 20000}
        ws: {handshake-timeout: 3s, idle-timeout: 5s}
        defaults: {offline: {ttl: 2s}}
        """;

    /**
     * What is to be done.
     *
     * @param frames      frames and requests of hostile clients, at least
     * @param slowestMillis what no message of the healthy client may exceed
     */
    public record Plan(Path jar, long frames, long seed, double slowestMillis) {}

    /** What came of it; no violations is what is wanted. */
    public record Outcome(String table, List<String> violations) {}

    private FuzzRun() {}

    /** Runs one; the folder with the gateway's log is deleted unless something was wrong. */
    public static Outcome run(Plan plan) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("mics-fuzz");
        Path config = Files.createDirectory(folder.resolve("config"));
        Files.writeString(config.resolve("mics.yaml"), SETTINGS);
        Path log = folder.resolve("gateway.log");
        Outcome outcome;
        try (GatewayProcess gateway =
                new GatewayProcess(plan.jar(), config, log, GatewayProcess.freePort(), "256m", Map.of())) {
            gateway.start();
            gateway.awaitReady();
            outcome = run(plan, gateway, log);
        }
        if (outcome.violations().isEmpty()) {
            Files.delete(log);
            Files.delete(config.resolve("mics.yaml"));
            Files.delete(config);
            Files.delete(folder);
        } else {
            System.err.println("the gateway's log: " + log);
        }
        return outcome;
    }

    private static Outcome run(Plan plan, GatewayProcess gateway, Path log) throws IOException, InterruptedException {
        List<String> violations = new ArrayList<>();
        hostile(plan.frames() / 10, plan.seed(), gateway.port(), new HostileClient.Tally()); // classes, pools, caches
        try (HealthyClient healthy = new HealthyClient(gateway.port())) {
            Thread writing = Thread.ofPlatform().name("healthy").start(healthy);
            TimeUnit.SECONDS.sleep(4);
            Vitals base = Vitals.of(gateway.pid());
            HostileClient.Tally tally = new HostileClient.Tally();
            long start = System.nanoTime();
            hostile(plan.frames(), plan.seed() + CLIENTS, gateway.port(), tally);
            double seconds = (System.nanoTime() - start) / 1e9;
            Vitals after = settled(gateway.pid(), base);
            healthy.stop();
            writing.join();
            String violation = healthy.violation();
            if (violation != null) {
                violations.add("the healthy client: " + violation);
            }
            if (healthy.done() == 0 || healthy.latency(1) > plan.slowestMillis()) {
                violations.add("the healthy client's slowest message took " + healthy.latency(1) + " ms");
            }
            if (!after.isBackTo(base)) {
                violations.add("the gateway had " + base + " and has " + after);
            }
            gateway.awaitReady();
            errors(log, violations);
            return new Outcome(table(plan, tally, seconds, healthy, base, after), violations);
        }
    }

    private static void hostile(long frames, long seed, int port, HostileClient.Tally tally)
            throws InterruptedException {
        AtomicLong left = new AtomicLong(frames);
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(Thread.ofPlatform().name("hostile-" + i).start(new HostileClient(port, seed + i, left, tally)));
        }
        for (Thread client : clients) {
            client.join();
        }
    }

    private static Vitals settled(long pid, Vitals base) throws IOException, InterruptedException {
        long end = System.nanoTime() + SETTLE_NANOS;
        Vitals now = Vitals.of(pid);
        while (!now.isBackTo(base) && System.nanoTime() < end) {
            TimeUnit.SECONDS.sleep(1);
            now = Vitals.of(pid);
        }
        return now;
    }

    private static void errors(Path log, List<String> violations) throws IOException {
        try (var lines = Files.lines(log)) {
            lines.filter(line -> line.contains("\"level\":\"ERROR\"") || line.startsWith("Exception in thread"))
                    .limit(5)
                    .forEach(line -> violations.add("logged: " + line));
        }
    }

    private static String table(
            Plan plan, HostileClient.Tally tally, double seconds, HealthyClient healthy, Vitals base, Vitals after) {
        return """
            seed %d: %d frames, %d upgrades, %d bad requests in %.0f s; %d connections ended by the gateway
            healthy client: %d messages acked and delivered in order, p50 %.2f ms, p99 %.1f ms, slowest %.0f ms
            gateway before: %s
            gateway after:  %s
            """.formatted(
                        plan.seed(),
                        tally.frames().get(),
                        tally.upgrades().get(),
                        tally.badRequests().get(),
                        seconds,
                        tally.refused().get(),
                        healthy.done(),
                        healthy.latency(0.5),
                        healthy.latency(0.99),
                        healthy.latency(1),
                        base,
                        after);
    }

    /** {@code jar=… frames=2000000 seed=…}; exits with 1 when something was wrong. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Map<String, String> given = new HashMap<>();
        for (String arg : args) {
            int equals = arg.indexOf('=');
            given.put(arg.substring(0, Math.max(0, equals)), arg.substring(equals + 1));
        }
        long seed = Long.parseLong(given.getOrDefault("seed", Long.toString(System.nanoTime() % 1_000_000)));
        System.out.println("seed=" + seed);
        Outcome outcome = run(new Plan(
                Path.of(given.getOrDefault("jar", "app/target/mics.jar")),
                Long.parseLong(given.getOrDefault("frames", "2000000")),
                seed,
                10_000));
        System.out.print(outcome.table());
        outcome.violations().forEach(violation -> System.out.println("VIOLATION: " + violation));
        System.exit(outcome.violations().isEmpty() ? 0 : 1);
    }
}
