package io.mics.loadtest;

import io.mics.loadtest.PacedTraffic.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Measures one node alone and then three with Redis; prints two tables: single chat, and one large group. */
final class ClusterTable {
    /** Files a process has open besides the connections of the group's members. */
    private static final int OTHER_FILES = 1500;

    private final Map<String, String> given;
    private final Path folder;
    private final List<String> chat = new ArrayList<>();
    private final Map<String, List<String>> group = new LinkedHashMap<>();

    private ClusterTable(Map<String, String> given, Path folder) {
        this.given = given;
        this.folder = folder;
    }

    /** Runs what {@code key=value} arguments say; exits with 1 when anything was lost, refused or out of order. */
    public static void main(String[] args) throws InterruptedException {
        Map<String, String> given = new HashMap<>(Map.of(
                "jar", "app/target/mics.jar",
                "nodes", "1,3",
                "pairs", "200",
                "rate", "1000",
                "warmup", "40",
                "seconds", "15",
                "members", "10000",
                "on", "all",
                "groupRate", "2",
                "openFiles", "1048576"));
        for (String arg : args) {
            int equals = arg.indexOf('=');
            if (equals < 0 || !given.containsKey(arg.substring(0, equals))) {
                System.err.println(arg + ": not one of " + given.keySet());
                System.exit(64);
            }
            given.put(arg.substring(0, equals), arg.substring(equals + 1));
        }
        try {
            Path folder = Files.createTempDirectory("mics-table");
            new ClusterTable(given, folder).run();
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
                Files.delete(file);
            }
        }
    }

    private int number(String key) {
        return Integer.parseInt(given.getOrDefault(key, "0"));
    }

    /** How many nodes, one layout after the other. */
    private List<Integer> layouts() {
        return Stream.of(given.getOrDefault("nodes", "").split(","))
                .map(Integer::valueOf)
                .toList();
    }

    private void run() throws IOException, InterruptedException {
        System.err.println("logs in " + folder);
        for (int nodes : layouts()) {
            try (Gateways gateways = Gateways.start(
                    folder, Path.of(given.getOrDefault("jar", "")).toAbsolutePath(), nodes)) {
                if (number("pairs") > 0) {
                    singleChat(gateways);
                }
                if (number("members") > 0) {
                    largeGroup(gateways);
                }
            }
        }
        print();
    }

    private static void say(String what, Object... values) {
        System.err.printf(Locale.ROOT, what + "%n", values);
    }

    /** Half of the pairs are on one node each, the other half between two; they take turns. */
    private void singleChat(Gateways gateways) throws IOException, InterruptedException {
        int nodes = gateways.size();
        Timings same = new Timings();
        Timings other = new Timings();
        try (PacedTraffic traffic = new PacedTraffic(gateways, List.of(same, other))) {
            List<Place> from = new ArrayList<>();
            List<Place> to = new ArrayList<>();
            for (int pair = 0; pair < number("pairs"); pair++) {
                int node = pair / 2 % nodes;
                from.add(new Place("a" + pair, node));
                to.add(new Place("b" + pair, across(pair, nodes) ? (node + 1 + pair / 2 / nodes % 2) % nodes : node));
            }
            List<LoadConnection> senders = traffic.open(from);
            List<LoadConnection> receivers = traffic.open(to);
            for (int pair = 0; pair < from.size(); pair++) {
                traffic.toUser(
                        senders.get(pair),
                        receivers.get(pair),
                        to.get(pair).user(),
                        across(pair, nodes) ? other : same);
            }
            double most = traffic.fast(number("warmup"));
            say("%d nodes, single chat: %.0f messages/s at most", nodes, most);
            for (double rate : new double[] {number("rate"), most / 2}) {
                double held = traffic.steady(rate, number("seconds"));
                String row = chatRow(nodes, rate, rate == number("rate") ? "" : " (half load)", same, other);
                chat.add(row);
                say("%s %.2f %% held back", row, held * 100);
            }
        }
    }

    private static boolean across(int pair, int nodes) {
        return nodes > 1 && pair % 2 == 1;
    }

    private static String chatRow(int nodes, double rate, String load, Timings same, Timings other) {
        String row = String.format(
                Locale.ROOT,
                "| %s | %.0f%s | %s |",
                nodes == 1 ? "one node, no Redis" : nodes + " nodes",
                rate,
                load,
                millis(same.delivery));
        return row
                + (nodes == 1
                        ? " | |"
                        : String.format(
                                Locale.ROOT,
                                " %s | %.2f / %.2f |",
                                millis(other.delivery),
                                added(same, other, 0.50),
                                added(same, other, 0.99)));
    }

    private static double added(Timings same, Timings other, double share) {
        return (other.delivery.micros(share) - same.delivery.micros(share)) / 1000;
    }

    private static String millis(Latency latency) {
        return String.format(Locale.ROOT, "%.2f / %.2f", latency.micros(0.50) / 1000, latency.micros(0.99) / 1000);
    }

    private int members() {
        int possible = number("openFiles") - OTHER_FILES;
        if (possible < number("members")) {
            say("only %d open files: a group of %d, not %d", number("openFiles"), possible, number("members"));
        }
        return Math.min(possible, number("members"));
    }

    /** Figures of hooks and links between two moments. */
    private record Spent(
            double cpu,
            double hookMillis,
            double hooks,
            double linkMillis,
            double links,
            double shareMillis,
            double shares) {
        static Spent now(Gateways gateways) throws IOException, InterruptedException {
            return new Spent(
                    gateways.cpuSeconds(),
                    gateways.total("mics_hook_duration_ms_sum", "\"GetGroupMembers\""),
                    gateways.total("mics_hook_duration_ms_count", "\"GetGroupMembers\""),
                    gateways.total("mics_grpc_forward_duration_ms_sum", "\"grpc_batch\""),
                    gateways.total("mics_grpc_forward_duration_ms_count", "\"grpc_batch\""),
                    gateways.total("mics_grpc_in_duration_ms_sum", "\"grpc_in_batch\""),
                    gateways.total("mics_grpc_in_duration_ms_count", "\"grpc_in_batch\""));
        }

        double hookMean(Spent before) {
            return (hookMillis - before.hookMillis) / (hooks - before.hooks);
        }

        double shareMean(Spent before) {
            return (shareMillis - before.shareMillis) / (shares - before.shares);
        }

        double linkMean(Spent before) {
            return (linkMillis - before.linkMillis) / (links - before.links);
        }
    }

    /** The node a member is connected to: all in turn, or the one that has all. */
    private int nodeOf(int member, int nodes) {
        String on = given.getOrDefault("on", "all");
        return on.equals("all") ? member % nodes : Math.min(Integer.parseInt(on) - 1, nodes - 1);
    }

    /** One who is no member sends to members on all nodes in turn, or on one. */
    private void largeGroup(Gateways gateways) throws IOException, InterruptedException {
        int nodes = gateways.size();
        List<String> users =
                IntStream.range(0, members()).mapToObj(i -> "m" + i).toList();
        gateways.group("large", users);
        Timings timings = new Timings();
        try (PacedTraffic traffic = new PacedTraffic(gateways, List.of(timings))) {
            long start = System.nanoTime();
            List<LoadConnection> members = traffic.open(IntStream.range(0, users.size())
                    .mapToObj(i -> new Place(users.get(i), nodeOf(i, nodes)))
                    .toList());
            say("%d nodes: %d members connected in %.1f s", nodes, users.size(), (System.nanoTime() - start) / 1e9);
            traffic.toGroup(traffic.open(List.of(new Place("s0", 0))).getFirst(), members, "large", timings);
            double most = traffic.fast(number("warmup"));
            say("%d nodes, group: %.1f messages/s at most", nodes, most);
            double rate = Math.min(number("groupRate"), most / 2);
            Spent before = Spent.now(gateways);
            double held = traffic.steady(rate, number("seconds"));
            Spent after = Spent.now(gateways);
            say("%d nodes, group at %.2f/s: %.2f %% held back", nodes, rate, held * 100);
            row("messages/s", decimals(rate));
            double messages = after.hooks - before.hooks;
            row("acked: on all socket queues, p50 / p99 ms", millis(timings.ack));
            row("of that: asking the hook for the members, mean ms", decimals(after.hookMean(before)));
            row("of that: another node's share over the link, mean ms", decimals(after.linkMean(before)));
            row("of that: its members there on the socket queues, mean ms", decimals(after.shareMean(before)));
            row("last delivery read by the driver, p50 / p99 ms", millis(timings.last));
            row(
                    "CPU of each node per message, writes included, ms",
                    decimals((after.cpu - before.cpu) * 1000 / messages / nodes));
        }
    }

    private void row(String name, String value) {
        group.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
        say("  %s: %s", name, value);
    }

    private static String decimals(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.2f", value);
    }

    private void print() {
        System.out.printf(
                "%n%d processors for gateways, Redis, backend and driver together; JDK %s; 128-byte bodies%n%n",
                Runtime.getRuntime().availableProcessors(), System.getProperty("java.version"));
        if (!chat.isEmpty()) {
            System.out.printf("| %d pairs, send to delivery, p50 / p99 ms ", number("pairs"));
            System.out.println("| messages/s | same node | another node | added |");
            System.out.println("| --- | ---: | ---: | ---: | ---: |");
            chat.forEach(System.out::println);
        }
        if (!group.isEmpty()) {
            System.out.printf("%n| group of %,d |", members());
            layouts().forEach(nodes -> System.out.print(nodes == 1 ? " one node |" : " " + nodes + " nodes |"));
            System.out.println("\n| --- |" + " ---: |".repeat(layouts().size()));
        }
        group.forEach((name, values) -> System.out.println("| " + name + " | " + String.join(" | ", values) + " |"));
    }
}
