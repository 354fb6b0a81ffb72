package io.mics.testing.node;

import io.mics.config.ConfigResult;
import io.mics.node.Node;
import io.mics.node.settings.Configuration;
import io.mics.testing.Await;
import io.mics.testing.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** A gateway in this process on a free port, configured by files like any other. */
public final class TestGateway implements AutoCloseable {
    /** The tenant whose hooks are answered in-process: token {@code valid:{user}}. */
    public static final String TENANT = "playground";

    private static final String PATIENT = "defaults: {hooks: {timeout: 20s, auth-timeout: 20s}}";

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Node node;
    private final Path dir;
    private final String fixed;

    private TestGateway(Node node, Path dir, String fixed) {
        this.node = node;
        this.dir = dir;
        this.fixed = fixed;
    }

    /** The playground, with one group of three. */
    public static TestGateway playground() {
        return start("", "playground: {groups: {group-1: [u1, u2, u3]}}");
    }

    /** A gateway with these files; {@code mics} is without a port. */
    public static TestGateway start(String tenants, String mics) {
        return startNode("node-1", tenants, mics);
    }

    /** A gateway of this name with these files; {@code mics} is without a port. */
    public static TestGateway startNode(String name, String tenants, String mics) {
        return startNode(name, tenants, mics, "");
    }

    /** The playground on a port that another had before. */
    public static TestGateway playgroundOn(int port) {
        return start(port, "node-1", "", "playground: {groups: {group-1: [u1, u2, u3]}}", "");
    }

    /** A gateway of this name with these files; {@code mics} is without a port. */
    public static TestGateway startNode(String name, String tenants, String mics, String hooks) {
        return start(0, name, tenants, mics, hooks);
    }

    private static TestGateway start(int port, String name, String tenants, String mics, String hooks) {
        try {
            Path dir = Files.createTempDirectory("mics-test");
            String fixed = "port: " + port + "\n"
                    + (mics.contains("internal-port") ? "" : "internal-port: " + port + "\n")
                    + (mics.contains("store:") ? "" : "store: {folder: '" + dir.resolve("data") + "'}\n")
                    + "host: 127.0.0.1\nnode-id: " + name + "\n";
            Files.writeString(dir.resolve("mics.yaml"), fixed + patient(mics) + "\n");
            if (!tenants.isEmpty()) {
                Files.writeString(dir.resolve("tenants.yaml"), tenants);
            }
            if (!hooks.isEmpty()) {
                Files.writeString(dir.resolve("hooks.yaml"), hooks);
            }
            return switch (Configuration.read(dir, Map.of())) {
                case ConfigResult.Valid<Configuration> valid -> new TestGateway(Node.start(valid.value()), dir, fixed);
                case ConfigResult.Invalid<Configuration> invalid ->
                    throw new IllegalArgumentException(invalid.problems().toString());
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** These settings, with much time for tenants' hooks unless they say how much: a test's machine may be busy. */
    private static String patient(String mics) {
        return mics.contains("defaults:") ? mics : mics + "\n" + PATIENT;
    }

    /** Replaces mics.yaml at once, all of it but what this class writes itself. */
    public void rewriteMics(String mics) throws IOException {
        rewrite("mics.yaml", fixed + patient(mics) + "\n");
    }

    /** Replaces tenants.yaml at once, as an editor or a ConfigMap does. */
    public void rewriteTenants(String tenants) throws IOException {
        rewrite("tenants.yaml", tenants);
    }

    /** Replaces hooks.yaml at once; whoever needs the new hooks waits for them. */
    public void rewriteHooks(String hooks) throws IOException {
        rewrite("hooks.yaml", hooks);
    }

    private void rewrite(String file, String text) throws IOException {
        Path next = dir.resolve("next");
        Files.writeString(next, text);
        Files.move(next, dir.resolve(file), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    public int port() {
        return node.port();
    }

    /** The port of {@code /internal}, which may be the same. */
    public int internalPort() {
        return node.internalPort();
    }

    /** A connected client of the playground. */
    public RawClient connect(String user, String device) throws IOException {
        return RawClient.connect(port(), TENANT, user, device);
    }

    /** An HTTP answer. */
    public HttpResponse<String> get(String path) throws IOException {
        return get(port(), path);
    }

    /** An HTTP answer of the internal port. */
    public HttpResponse<String> getInternal(String path) throws IOException {
        return get(internalPort(), path);
    }

    private static HttpResponse<String> get(int port, String path) throws IOException {
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .timeout(Duration.ofSeconds(10))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** The sum of a metric's series whose labels contain all of {@code labels}, such as {@code tenant="t1"}. */
    public double metric(String name, String... labels) {
        try {
            return get("/metrics")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                    .filter(line -> List.of(labels).stream().allMatch(line::contains))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until nothing is left of any connection. */
    public void awaitEmpty() {
        Await.until("no connection left", () -> metric("mics_ws_connections") == 0);
        Await.until("no queued byte left", () -> metric("mics_outbound_queued_bytes") == 0);
    }

    @Override
    public void close() {
        node.close();
        try (var files = Files.walk(dir)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
