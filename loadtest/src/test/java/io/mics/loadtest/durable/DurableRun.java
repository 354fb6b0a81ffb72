package io.mics.loadtest.durable;

import io.mics.loadtest.cluster.FaultPlan;
import io.mics.loadtest.cluster.FaultPlan.Step;
import io.mics.loadtest.durable.Installation.Engine;
import io.mics.loadtest.durable.check.DurableChecker;
import io.mics.loadtest.durable.check.RunHistory;
import io.mics.loadtest.durable.check.Stored;
import io.mics.loadtest.durable.check.Views;
import io.mics.loadtest.history.Cast;
import io.mics.loadtest.history.Fault.Kind;
import io.mics.loadtest.history.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One run of durable tenants from the first process to the verdict. Prints seed, what was done, counts, violations. */
final class DurableRun {
    /** What can be done where the database is in the node. */
    static final Set<Kind> EMBEDDED =
            Set.copyOf(EnumSet.of(Kind.KILL, Kind.RESTART, Kind.NODE_STOP, Kind.CLIENTS_CUT, Kind.CLIENTS_DELAY));

    private static final Set<Kind> DATABASE = EnumSet.of(Kind.DATABASE_KILL, Kind.DATABASE_STOP);
    private static final Set<Kind> BROKER = EnumSet.of(Kind.KAFKA_KILL, Kind.KAFKA_STOP);
    private static final Set<Kind> SEVERAL = EnumSet.of(
            Kind.NODE_FREEZE, Kind.REDIS_STOP, Kind.REDIS_CUT, Kind.LINK_CUT, Kind.LINK_SILENT, Kind.LINK_DELAY);

    private static final Duration WARM_UP = Duration.ofSeconds(5);

    /** In the end nothing is done for a while, so that there are messages that nothing excuses. */
    private static final Duration CALM = Duration.ofSeconds(6);

    private static final Duration PATIENCE = Duration.ofSeconds(150);

    /**
     * What is to be run.
     *
     * @param seconds   how long messages are sent at least
     * @param messages  how many are sent at least
     * @param perSecond of each device
     */
    record Plan(
            Path jar,
            Engine engine,
            int nodes,
            int seconds,
            long messages,
            double perSecond,
            Disturbance disturbance) {}

    /**
     * What is done meanwhile.
     *
     * @param seed  decides it, and what clients do
     * @param calm  between two faults, at least
     * @param kinds each at least once; nothing is done without any
     */
    record Disturbance(long seed, Duration calm, Set<Kind> kinds) {}

    /**
     * What came of it.
     *
     * @param settled whether in the end everything was answered and every device had everything
     */
    record Outcome(Report report, boolean settled, long sent) {
        boolean passed() {
            return report.clean() && settled;
        }
    }

    private DurableRun() {}

    /** Everything that can be done to so many nodes with that engine. */
    static Set<Kind> faults(Engine engine, int nodes) {
        Set<Kind> faults = EnumSet.copyOf(EMBEDDED);
        if (engine != Engine.EMBEDDED) {
            faults.addAll(DATABASE);
        }
        if (engine == Engine.KAFKA) {
            faults.addAll(BROKER);
        }
        if (nodes > 1) {
            faults.addAll(SEVERAL);
        }
        return faults;
    }

    /** Runs a plan in a temporary folder that is kept when it fails. */
    static Outcome run(Plan plan) throws IOException, InterruptedException, SQLException {
        Path folder = Files.createTempDirectory("mics-durable");
        System.out.printf(
                "seed %d, %s, %d node(s), %s, in %s%n",
                plan.disturbance().seed(),
                plan.engine(),
                plan.nodes(),
                plan.disturbance().kinds(),
                folder);
        RunHistory history = new RunHistory(Cast.of(Cast.Size.SMALL), plan.engine() == Engine.KAFKA);
        FinalReading reading = new FinalReading(history);
        boolean settled;
        Stored stored;
        Views views;
        Clients clients;
        try (Installation installation =
                new Installation(folder, plan.jar(), plan.engine(), plan.nodes(), history.cast())) {
            installation.start();
            clients = new Clients(
                    history, Clients.Load.of(plan.disturbance().seed(), plan.perSecond()), installation.clientPorts());
            long began = System.nanoTime();
            clients.start();
            warmUp(installation, clients);
            history.unready(began, System.nanoTime());
            disturb(plan, installation, clients, history);
            settled = clients.settle(PATIENCE, installation::hasStored);
            System.out.println(clients + (settled ? "" : ", NOT SETTLED"));
            clients.leave();
            views = reading.asUsers(installation.clientPorts().getFirst());
            installation.stopNodes();
            installation.readLogs(history);
            stored = reading.ofDatabase(installation.databaseUrl());
        }
        Report report = DurableChecker.check(history, stored, views);
        System.out.print(report);
        clients.refusals().forEach((reason, n) -> System.out.printf("  refused %-37s %,12d%n", reason, n));
        Outcome outcome = new Outcome(report, settled, clients.sent());
        if (outcome.passed()) {
            delete(folder);
        }
        return outcome;
    }

    /** Until what was accepted before is stored: members of a consumer group find new topics, and share them, first. */
    private static void warmUp(Installation installation, Clients clients) throws IOException, InterruptedException {
        Thread.sleep(WARM_UP);
        long accepted = clients.acknowledged();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!installation.hasStored(accepted)) {
            if (System.nanoTime() > end) {
                throw new IOException("of " + accepted + " messages not all are stored");
            }
            Thread.sleep(200);
        }
    }

    private static void disturb(Plan plan, Installation installation, Clients clients, RunHistory history)
            throws IOException, InterruptedException {
        FaultPlan faults = new FaultPlan(
                plan.disturbance().seed(),
                plan.disturbance().kinds(),
                plan.nodes(),
                plan.disturbance().calm());
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(plan.seconds());
        Set<Kind> left = EnumSet.noneOf(Kind.class);
        left.addAll(plan.disturbance().kinds());
        while (System.nanoTime() < end || clients.sent() < plan.messages() || !left.isEmpty()) {
            if (plan.disturbance().kinds().isEmpty()) {
                Thread.sleep(500);
                continue;
            }
            Step step = faults.next();
            left.remove(step.kind());
            Thread.sleep(step.calm());
            history.fault(installation.suffer(step.kind(), step.node(), step.lasts()));
            System.out.printf(
                    "%4d s  %-14s node %d; %s%n",
                    TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start), step.kind(), step.node(), clients);
        }
        Thread.sleep(CALM);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Runs what {@code key=value} arguments say; exits with 1 unless it passes. */
    public static void main(String[] args) throws IOException, InterruptedException, SQLException {
        Map<String, String> given = new HashMap<>(Map.of(
                "jar", "app/target/mics.jar",
                "engine", "embedded",
                "nodes", "1",
                "seconds", "60",
                "messages", "50000",
                "perSecond", "6",
                "seed", Long.toString(System.nanoTime() % 1_000_000),
                "calm", "3",
                "faults", ""));
        for (String arg : args) {
            int equals = arg.indexOf('=');
            if (equals < 0 || !given.containsKey(arg.substring(0, equals))) {
                System.err.println(arg + ": not one of " + given.keySet());
                System.exit(64);
            }
            given.put(arg.substring(0, equals), arg.substring(equals + 1));
        }
        Engine engine = Engine.valueOf(given.getOrDefault("engine", "").toUpperCase(Locale.ROOT));
        Outcome outcome = run(new Plan(
                Path.of(given.getOrDefault("jar", "")).toAbsolutePath(),
                engine,
                Integer.parseInt(given.getOrDefault("nodes", "1")),
                Integer.parseInt(given.getOrDefault("seconds", "60")),
                Long.parseLong(given.getOrDefault("messages", "0")),
                Double.parseDouble(given.getOrDefault("perSecond", "6")),
                new Disturbance(
                        Long.parseLong(given.getOrDefault("seed", "0")),
                        Duration.ofSeconds(Long.parseLong(given.getOrDefault("calm", "3"))),
                        kinds(
                                given.getOrDefault("faults", ""),
                                engine,
                                Integer.parseInt(given.getOrDefault("nodes", "1"))))));
        System.exit(outcome.passed() ? 0 : 1);
    }

    private static Set<Kind> kinds(String named, Engine engine, int nodes) {
        return switch (named) {
            case "" -> faults(engine, nodes);
            case "none" -> Set.of();
            default -> Arrays.stream(named.split(",")).map(Kind::valueOf).collect(Collectors.toUnmodifiableSet());
        };
    }
}
