package io.mics.loadtest;

import io.mics.loadtest.PacedTraffic.Place;
import io.mics.loadtest.cluster.GatewayProcess;
import io.mics.sdk.hook.example.BackendSettings;
import io.mics.sdk.hook.example.ExampleBackend;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Measures a quiet tenant on one node: alone, while the machine is busy with something else, and while another tenant
 * loads the node as much as it can. The quiet one's clients and backend are in this process; the loading one's, and
 * what keeps the machine busy, in another, of lower priority.
 */
final class NeighbourRun implements AutoCloseable {
    static final String SECRET = "neighbour-secret";
    static final String LOADING = "loading";
    private static final String QUIET = "quiet";
    private static final double MOST = 1.5;

    private static final String TENANTS = """
        tenants:
          quiet:
            heartbeat: 1h
            hooks: {base-url: "%s", secret: %s, auth-timeout: 10s}
          loading:
            heartbeat: 1h
            hooks: {base-url: "http://127.0.0.1:%d", secret: %s, auth-timeout: 10s, timeout: %s}
        """;

    private final Map<String, String> parameters = new HashMap<>(
            Map.of("rounds", "5", "seconds", "10", "warmup", "15", "rate", "200", "pairs", "20", "connections", "50"));
    private final List<String> cases = new ArrayList<>(List.of("alone", "busy", "relay", "group", "hang"));
    private final Path folder = Files.createTempDirectory("mics-neighbour");
    private final ExampleBackend backend = new ExampleBackend(BackendSettings.forTests(SECRET));
    private final HttpClient http = HttpClient.newHttpClient();
    private final Timings timings = new Timings();
    private final Map<String, List<double[]>> measured = new LinkedHashMap<>();
    private final GatewayProcess gateway;
    private final Process loading;
    private final PrintWriter orders;
    private final BufferedReader answers;
    private final PacedTraffic traffic;

    private NeighbourRun(String[] args) throws IOException, InterruptedException {
        parameters.putAll(Map.of("window", "16", "members", "200000", "heap", "512m", "timeout", "2s"));
        String jar = "";
        for (String arg : args) {
            String[] pair = arg.split("=", 2);
            if (pair[0].equals("jar")) {
                jar = pair[1];
            } else if (pair[0].equals("cases")) {
                cases.retainAll(List.of(("alone,busy," + pair[1]).split(",")));
            } else if (pair.length < 2 || parameters.replace(pair[0], pair[1]) == null) {
                throw new IllegalArgumentException(arg + ": not one of jar=… " + parameters);
            }
        }
        int port = GatewayProcess.freePort();
        Path config = Files.createDirectories(folder.resolve("config"));
        Files.writeString(config.resolve("mics.yaml"), "host: 127.0.0.1\n");
        Files.writeString(
                config.resolve("tenants.yaml"),
                String.format(
                        Locale.ROOT, TENANTS, backend.baseUrl(), SECRET, port, SECRET, parameters.get("timeout")));
        gateway = new GatewayProcess(
                Path.of(jar).toAbsolutePath(),
                config,
                folder.resolve("gateway.log"),
                GatewayProcess.freePort(),
                parameters.getOrDefault("heap", ""),
                Map.of());
        loading = new ProcessBuilder(command(port))
                .redirectError(new File(folder.resolve("loading.log").toString()))
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(loading::destroyForcibly, "end-loading"));
        orders = new PrintWriter(loading.getOutputStream(), true, StandardCharsets.UTF_8);
        answers = new BufferedReader(new InputStreamReader(loading.getInputStream(), StandardCharsets.UTF_8));
        traffic = new PacedTraffic(node -> url(), QUIET, List.of(timings));
    }

    private List<String> command(int port) {
        List<String> command = new ArrayList<>();
        // a scheduler lets even a process of the lowest priority end its slice, but not one that is to run when idle
        if (Files.isExecutable(Path.of("/usr/bin/chrt"))) {
            command.addAll(List.of("/usr/bin/chrt", "--idle", "0"));
        } else if (Files.isExecutable(Path.of("/usr/bin/nice"))) {
            command.addAll(List.of("/usr/bin/nice", "-n", "19"));
        }
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                LoadingTenant.class.getName(),
                Integer.toString(port),
                Integer.toString(number("members")),
                Integer.toString(number("connections"))));
        return command;
    }

    private int number(String parameter) {
        return Integer.parseInt(parameters.getOrDefault(parameter, ""));
    }

    private URI url() {
        return URI.create("ws://127.0.0.1:" + gateway.port());
    }

    /** Arguments: {@code jar=…} and parameters as {@code key=value}. */
    public static void main(String[] args) throws Exception {
        boolean good;
        try (NeighbourRun run = new NeighbourRun(args)) {
            good = run.run();
        }
        System.exit(good ? 0 : 1);
    }

    private boolean run() throws IOException, InterruptedException {
        gateway.start();
        gateway.awaitReady();
        String said = answers.readLine();
        order("connect " + url());
        openPairs();
        System.err.println("warming up (" + said + ")");
        order("relay 4");
        traffic.steady(number("rate"), number("warmup"));
        order("group 1");
        traffic.steady(number("rate"), Math.max(1, number("warmup") / 3));
        rest();
        for (int round = 1; round <= number("rounds"); round++) {
            for (String name : cases) {
                load(name);
                phase(name);
                rest();
            }
        }
        return print();
    }

    private void openPairs() throws IOException, InterruptedException {
        for (int pair = 0; pair < number("pairs"); pair++) {
            LoadConnection to = traffic.open(List.of(new Place("r" + pair, 0))).getFirst();
            LoadConnection from =
                    traffic.open(List.of(new Place("s" + pair, 0))).getFirst();
            traffic.toUser(from, to, "r" + pair, timings);
        }
    }

    private void load(String name) throws IOException {
        switch (name) {
            case "alone" -> {}
            case "busy" -> order("busy");
            case "relay" -> order("relay " + number("window"));
            case "group" -> order("group 1");
            case "hang" -> {
                order("hang");
                order("relay " + number("window"));
            }
            default -> throw new IllegalArgumentException("no such case: " + name);
        }
    }

    private void rest() throws IOException, InterruptedException {
        order("stop");
        TimeUnit.SECONDS.sleep(3);
    }

    private long[] order(String line) throws IOException {
        orders.println(line);
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("the loading tenant ended: " + Files.readString(folder.resolve("loading.log")));
        }
        return Arrays.stream(answer.split(" ")).mapToLong(Long::parseLong).toArray();
    }

    private void phase(String name) throws IOException, InterruptedException {
        traffic.steady(number("rate"), 1);
        double degradedBefore = total("mics_hook_check_message_total{", "degraded");
        double cpuBefore = new ServerProcess(gateway.pid()).cpuSeconds();
        long[] before = order("count");
        long start = System.nanoTime();
        double held = traffic.steady(number("rate"), number("seconds"));
        double elapsed = (System.nanoTime() - start) / 1e9;
        long[] after = order("count");
        double[] figures = {
            timings.ack.micros(0.50) / 1000,
            timings.ack.micros(0.99) / 1000,
            timings.delivery.micros(0.50) / 1000,
            timings.delivery.micros(0.99) / 1000,
            timings.delivery.micros(0.999) / 1000,
            total("mics_hook_check_message_total{", "degraded") - degradedBefore,
            (after[0] - before[0]) / elapsed,
            (after[1] - before[1]) / elapsed,
            (new ServerProcess(gateway.pid()).cpuSeconds() - cpuBefore) / elapsed,
            100 * held
        };
        measured.computeIfAbsent(name, n -> new ArrayList<>()).add(figures);
        System.err.println(row(name, figures, Double.NaN, Double.NaN));
    }

    private double total(String begins, String contains) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + "/metrics"))
                .build();
        return http.send(request, BodyHandlers.ofLines())
                .body()
                .filter(line ->
                        line.startsWith(begins) && line.contains("tenant=\"" + QUIET + "\"") && line.contains(contains))
                .mapToDouble(Gateways::value)
                .sum();
    }

    private static String row(String name, double[] f, double toAlone, double toBusy) {
        return String.format(
                Locale.ROOT,
                "| %s | %.2f / %.2f | %.2f / %.2f / %.2f | %.2f | %.2f | %.0f | %.0f / %.0f | %.1f | %.1f |",
                name,
                f[0],
                f[1],
                f[2],
                f[3],
                f[4],
                toAlone,
                toBusy,
                f[5],
                f[6],
                f[7],
                f[8],
                f[9]);
    }

    private boolean print() {
        System.out.println(
                "\n| the other tenant | acked p50 / p99 ms | delivered p50 / p99 / p99.9 ms | p99 to alone | to busy |"
                        + " degraded | its sent / refused per s | cores of the node | held back % |");
        System.out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        boolean good = true;
        double alone = medians("alone")[3];
        double busy = medians("busy")[3];
        for (String name : measured.keySet()) {
            double[] median = medians(name);
            double ratio = median[3] / alone;
            System.out.println(row(name, median, ratio, median[3] / busy));
            good &= (name.equals("busy") || ratio <= MOST) && median[5] == 0;
        }
        System.out.println(good ? "within " + MOST : "NOT within " + MOST + ", or degraded");
        return good;
    }

    /** The median of each figure over the rounds; of the degraded verdicts the sum. */
    private double[] medians(String name) {
        List<double[]> rounds = measured.getOrDefault(name, List.of());
        double[] medians = new double[10];
        for (int i = 0; i < medians.length; i++) {
            int figure = i;
            double[] sorted =
                    rounds.stream().mapToDouble(f -> f[figure]).sorted().toArray();
            medians[i] = i == 5 ? Arrays.stream(sorted).sum() : sorted[sorted.length / 2];
        }
        return medians;
    }

    @Override
    public void close() throws IOException {
        traffic.close();
        orders.println("quit");
        loading.destroyForcibly();
        gateway.close();
        backend.close();
        http.close();
    }
}
