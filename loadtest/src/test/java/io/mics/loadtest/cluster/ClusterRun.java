package io.mics.loadtest.cluster;

import io.mics.loadtest.cluster.FaultPlan.Step;
import io.mics.loadtest.history.Cast;
import io.mics.loadtest.history.Checker;
import io.mics.loadtest.history.Fault.Kind;
import io.mics.loadtest.history.History;
import io.mics.loadtest.history.Report;
import io.mics.loadtest.history.Rules;
import io.mics.loadtest.history.Rules.Buffered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One run from the first process to the verdict. Prints its seed, what was done, counts and violations. */
final class ClusterRun {
    /** Nothing is broken before the gateways are warm: all processes share the processors. */
    private static final Duration WARM_UP = Duration.ofSeconds(5);

    /** Until every node has its links to the others: before that, messages take another path than later ones. */
    private static final Duration LINKS_OPEN = Duration.ofSeconds(3);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /**
     * What is to be run.
     *
     * @param seconds   how long messages are sent at least
     * @param messages  how many are sent at least
     * @param perSecond of each device
     * @param faults    what is done meanwhile; none is done without any
     */
    record Plan(Path jar, int nodes, int seconds, long messages, double perSecond, long seed, Set<Kind> faults) {}

    /**
     * What came of it.
     *
     * @param report  the checker's
     * @param settled whether in the end everything was answered and everybody online
     * @param leaks   where a body was found that may be nowhere
     * @param sent    messages
     */
    record Outcome(Report report, boolean settled, List<String> leaks, long sent) {
        boolean passed() {
            return report.clean() && settled && leaks.isEmpty();
        }
    }

    private ClusterRun() {}

    /** Runs a plan in a temporary folder that is kept when it fails. */
    static Outcome run(Plan plan) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("mics-cluster");
        System.out.printf("seed %d, %d nodes, %s, in %s%n", plan.seed(), plan.nodes(), plan.faults(), folder);
        Cast cast = Cast.of(Cast.Size.SMALL);
        History history = new History(cast);
        boolean settled;
        List<String> leaks;
        Set<Buffered> died;
        Fleet fleet;
        try (Cluster cluster = new Cluster(folder, plan.jar(), plan.nodes(), cast)) {
            cluster.start();
            Thread.sleep(LINKS_OPEN);
            fleet = new Fleet(history, Workload.of(plan.seed(), plan.perSecond()), cluster.clientPorts());
            fleet.start();
            disturb(plan, cluster, fleet, history);
            settled = fleet.settle(PATIENCE);
            System.out.println(fleet + (settled ? "" : ", NOT SETTLED"));
            fleet.leave();
            died = cluster.diedInMemory();
            leaks = cluster.leaks();
        }
        Report report = Checker.check(history, Rules.of(died, Rules.forgetful(plan.nodes())));
        System.out.print(report);
        fleet.inbox().reasons().forEach((reason, n) -> System.out.printf("  FAILED %-37s %,12d%n", reason, n));
        Outcome outcome = new Outcome(report, settled, leaks, fleet.sent());
        if (outcome.passed()) {
            delete(folder);
        }
        return outcome;
    }

    private static void disturb(Plan plan, Cluster cluster, Fleet fleet, History history)
            throws IOException, InterruptedException {
        Thread.sleep(WARM_UP);
        FaultPlan faults = new FaultPlan(plan.seed(), plan.faults(), plan.nodes());
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(plan.seconds());
        while (System.nanoTime() < end || fleet.sent() < plan.messages()) {
            if (plan.faults().isEmpty()) {
                Thread.sleep(500);
                continue;
            }
            Step step = faults.next();
            Thread.sleep(step.calm());
            history.fault(cluster.suffer(step.kind(), step.node(), step.lasts()));
            System.out.printf(
                    "%4d s  %-14s node %d; %s%n",
                    TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start), step.kind(), step.node(), fleet);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Runs what {@code key=value} arguments say; exits with 1 unless it passes. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Map<String, String> given = new HashMap<>(Map.of(
                "jar", "app/target/mics.jar",
                "nodes", "3",
                "seconds", "60",
                "messages", "50000",
                "perSecond", "6",
                "seed", Long.toString(System.nanoTime() % 1_000_000),
                "faults", ""));
        for (String arg : args) {
            int equals = arg.indexOf('=');
            if (equals < 0 || !given.containsKey(arg.substring(0, equals))) {
                throw new IllegalArgumentException(arg + ": not one of " + given.keySet());
            }
            given.put(arg.substring(0, equals), arg.substring(equals + 1));
        }
        int nodes = Integer.parseInt(given.get("nodes"));
        Outcome outcome = run(new Plan(
                Path.of(given.get("jar")).toAbsolutePath(),
                nodes,
                Integer.parseInt(given.get("seconds")),
                Long.parseLong(given.get("messages")),
                Double.parseDouble(given.get("perSecond")),
                Long.parseLong(given.get("seed")),
                kinds(given.getOrDefault("faults", ""), nodes)));
        outcome.leaks().forEach(where -> System.out.println("BODY FOUND in " + where));
        System.exit(outcome.passed() ? 0 : 1);
    }

    private static Set<Kind> kinds(String named, int nodes) {
        return switch (named) {
            case "" -> nodes == 1 ? FaultPlan.ONE_NODE : FaultPlan.ALL;
            case "none" -> Set.of();
            default -> Arrays.stream(named.split(",")).map(Kind::valueOf).collect(Collectors.toUnmodifiableSet());
        };
    }
}
