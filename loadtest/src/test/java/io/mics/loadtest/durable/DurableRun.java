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

    /** What can be done where it is PostgreSQL. */
    static final Set<Kind> POSTGRES = Set.copyOf(EnumSet.of(
            Kind.KILL,
            Kind.RESTART,
            Kind.NODE_STOP,
            Kind.CLIENTS_CUT,
            Kind.CLIENTS_DELAY,
            Kind.DATABASE_KILL,
            Kind.DATABASE_STOP));

    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(150);

    /**
     * What is to be run.
     *
     * @param seconds   how long messages are sent at least
     * @param messages  how many are sent at least
     * @param perSecond of each device
     * @param faults    what is done meanwhile, each at least once; none is done without any
     */
    record Plan(
            Path jar,
            Engine engine,
            int nodes,
            int seconds,
            long messages,
            double perSecond,
            long seed,
            Set<Kind> faults) {}

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

    /** Runs a plan in a temporary folder that is kept when it fails. */
    static Outcome run(Plan plan) throws IOException, InterruptedException, SQLException {
        Path folder = Files.createTempDirectory("mics-durable");
        System.out.printf(
                "seed %d, %s, %d node(s), %s, in %s%n",
                plan.seed(), plan.engine(), plan.nodes(), plan.faults(), folder);
        RunHistory history = new RunHistory(Cast.of(Cast.Size.SMALL));
        FinalReading reading = new FinalReading(history);
        boolean settled;
        Stored stored;
        Views views;
        Clients clients;
        try (Installation installation =
                new Installation(folder, plan.jar(), plan.engine(), plan.nodes(), history.cast())) {
            installation.start();
            clients = new Clients(history, Clients.Load.of(plan.seed(), plan.perSecond()), installation.clientPorts());
            clients.start();
            disturb(plan, installation, clients, history);
            settled = clients.settle(PATIENCE);
            System.out.println(clients + (settled ? "" : ", NOT SETTLED"));
            clients.leave();
            views = reading.asUsers(installation.clientPorts().getFirst());
            installation.stopNodes();
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

    private static void disturb(Plan plan, Installation installation, Clients clients, RunHistory history)
            throws IOException, InterruptedException {
        Thread.sleep(WARM_UP);
        FaultPlan faults = new FaultPlan(plan.seed(), plan.faults(), plan.nodes());
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(plan.seconds());
        Set<Kind> left = EnumSet.noneOf(Kind.class);
        left.addAll(plan.faults());
        while (System.nanoTime() < end || clients.sent() < plan.messages() || !left.isEmpty()) {
            if (plan.faults().isEmpty()) {
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
                Long.parseLong(given.getOrDefault("seed", "0")),
                kinds(given.getOrDefault("faults", ""), engine)));
        System.exit(outcome.passed() ? 0 : 1);
    }

    private static Set<Kind> kinds(String named, Engine engine) {
        return switch (named) {
            case "" -> engine == Engine.EMBEDDED ? EMBEDDED : POSTGRES;
            case "none" -> Set.of();
            default -> Arrays.stream(named.split(",")).map(Kind::valueOf).collect(Collectors.toUnmodifiableSet());
        };
    }
}
