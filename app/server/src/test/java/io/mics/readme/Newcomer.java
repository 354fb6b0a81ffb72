package io.mics.readme;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.readme.Readme.Example;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * Somebody who follows README in a fresh clone: runs examples word for word, by bash, with the {@code java} of the
 * tests first on the PATH.
 *
 * <p>One thing differs from what is written, and only {@link #at} changes it: each port that README or the shipped
 * configuration names is a free one here. The ports nobody writes down are given as PORT and ADMIN_URL.
 * {@code app/target/mics.jar} is a jar that leads to the classes under test, since tests run before the real one is
 * made.
 */
final class Newcomer implements AutoCloseable {
    private static final Pattern PORT =
            Pattern.compile("\\b(8080|8081|9092|5432|9300|9301|6379|[89]00[123]|910[123])\\b");
    private static final int SECONDS = 180;
    private static final String PLUGIN = "io/mics/sdk/plugin/example/BlockedWords.class";
    private static final String SERVICE = "META-INF/services/io.mics.sdk.plugin.PreSendHook";

    private final Path folder;
    private final Map<String, Integer> ports = new HashMap<>();
    private final Map<String, String> variables = new HashMap<>();
    private final List<Process> started = new ArrayList<>();
    private int outputs;

    /** A fresh clone in an empty folder; {@code known} are ports where something of the test's own listens. */
    Newcomer(Path folder, Map<String, Integer> known) throws IOException {
        this.folder = folder;
        ports.putAll(known);
        copy(Path.of("../../config"), "config");
        copy(Path.of("../../.gitignore"), ".gitignore");
        Path target = Files.createDirectories(folder.resolve("app/target"));
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "io.mics.launch.Launcher");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath());
        new JarOutputStream(Files.newOutputStream(target.resolve("mics.jar")), manifest).close();
        plugin(Files.createDirectories(folder.resolve("sdk-java/target")));
        if (has("git")) {
            shell("git init -q . && git add . && git -c user.name=n -c user.email=n@example.com commit -qm clone");
        }
    }

    private static String classPath() {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        StringBuilder urls = new StringBuilder();
        for (String entry : path.split(File.pathSeparator, -1)) {
            urls.append(Path.of(entry).toUri()).append(' ');
        }
        return urls.toString().strip();
    }

    /** The plugin that the SDK's build makes; where that has not run, the same from its classes. */
    private static void plugin(Path target) throws IOException {
        Path built = Path.of("../../sdk-java/target");
        if (Files.isDirectory(built)) {
            try (DirectoryStream<Path> jars = Files.newDirectoryStream(built, "mics-sdk-*-example-plugin.jar")) {
                for (Path jar : jars) {
                    Files.copy(jar, target.resolve(jar.getFileName()));
                    return;
                }
            }
        }
        try (JarOutputStream jar =
                new JarOutputStream(Files.newOutputStream(target.resolve("mics-sdk-1-example-plugin.jar")))) {
            for (String entry : List.of(PLUGIN, SERVICE)) {
                jar.putNextEntry(new ZipEntry(entry));
                try (var from = Newcomer.class.getClassLoader().getResourceAsStream(entry)) {
                    assertThat(from).as(entry).isNotNull();
                    from.transferTo(jar);
                }
            }
        }
    }

    private void copy(Path from, String to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = folder.resolve(to).resolve(from.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.writeString(copy, at(Files.readString(file)));
            }
        }
    }

    /** Gives servers much time for a tenant's backend: a test's machine may be busy. */
    void patient() {
        variables.put("AUTH_TIMEOUT_MS", "20000");
        variables.put("HOOK_TIMEOUT_MS", "20000");
    }

    /** Whether a program is on this machine. */
    static boolean has(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(entry -> Files.isExecutable(Path.of(entry, program)));
    }

    /** The text with the ports of this test: the one thing that is not as it is written. */
    String at(String text) {
        return PORT.matcher(text).replaceAll(found -> String.valueOf(port(found.group())));
    }

    /** The port that stands here for one of README. */
    int port(String written) {
        return ports.computeIfAbsent(written, unused -> {
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Runs an example, which succeeds and prints what README shows; returns what it printed. */
    String follow(Example example) throws IOException, InterruptedException {
        return follow(example, "", 0);
    }

    /** The same, with lines typed by the newcomer, and an exit code. */
    String follow(Example example, String typed, int exit) throws IOException, InterruptedException {
        Path output = output();
        Process process = process(example, output);
        try (OutputStream keyboard = process.getOutputStream()) {
            keyboard.write(typed.getBytes(StandardCharsets.UTF_8));
        }
        boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            end(process);
        }
        String printed = Files.readString(output, StandardCharsets.ISO_8859_1); // curl's has bytes that are no text
        String errors = Files.readString(errors(output));
        assertThat(ended).as("ends: %s%n%s%s", example.text(), printed, errors).isTrue();
        assertThat(process.exitValue())
                .as("exit of %s%n%s", example.text(), printed)
                .isEqualTo(exit);
        if (!example.output().isEmpty()) {
            assertThat(printed.strip()).as("%s%n%s", example.text(), errors).matches(shown(example));
        }
        return printed;
    }

    private Pattern shown(Example example) {
        String[] parts = at(example.output()).strip().split("…", -1);
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < parts.length; i++) {
            all.append(i == 0 ? "" : ".*").append(Pattern.quote(parts[i]));
        }
        return Pattern.compile(all.toString(), Pattern.DOTALL);
    }

    /** Starts an example that runs until it is ended, in a terminal of its own; returns where its output goes. */
    Path start(Example example) throws IOException {
        Path output = output();
        started.add(process(example, output));
        return output;
    }

    /** Ends what was started last, as Ctrl-C does. */
    void end() throws InterruptedException {
        end(started.removeLast());
    }

    private static void end(Process process) throws InterruptedException {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroy);
        for (ProcessHandle one : all) {
            var unused = one.onExit()
                    .orTimeout(30, TimeUnit.SECONDS)
                    .exceptionally(e -> one)
                    .join();
        }
        all.forEach(ProcessHandle::destroyForcibly);
        process.waitFor();
    }

    /** Waits until somebody listens where README says {@code written}. */
    void awaitPort(String written) {
        await("port " + written, () -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port(written)), 1_000);
                return true;
            } catch (IOException e) {
                return false;
            }
        });
    }

    /** Waits until a file contains a text. */
    void awaitText(Path file, String text) {
        await(text, () -> {
            try {
                return Files.readString(file).contains(text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Asks until an answer contains a text. */
    void awaitAnswer(Callable<String> answer, String text) {
        await(text, () -> {
            try {
                return answer.call().contains(text);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as(what).isNegative();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    /** Saves an example under the name README gives it. */
    void save(String name, Example example) throws IOException {
        Files.writeString(folder.resolve(name), at(example.text()));
    }

    private Path output() throws IOException {
        return Files.createDirectories(folder.resolve("app/target/outputs")).resolve("output-" + ++outputs);
    }

    /** Where the errors go of what {@link #start} began with this output. */
    static Path errors(Path output) {
        return output.resolveSibling(output.getFileName() + "-errors");
    }

    private Process process(Example example, Path output) throws IOException {
        return builder(at(example.text()), example.text().contains("ExampleBackend") ? "8081" : "8080")
                .redirectOutput(output.toFile())
                .redirectError(errors(output).toFile())
                .start();
    }

    private ProcessBuilder builder(String command, String ownPort) {
        ProcessBuilder builder = new ProcessBuilder("bash", "-e", "-c", command).directory(folder.toFile());
        Map<String, String> environment = builder.environment();
        environment.put(
                "PATH",
                Path.of(System.getProperty("java.home"), "bin")
                        + File.pathSeparator
                        + environment.getOrDefault("PATH", ""));
        environment.putAll(variables);
        environment.put("PORT", String.valueOf(port(ownPort)));
        environment.put("ADMIN_URL", "http://127.0.0.1:" + port("8080"));
        return builder;
    }

    private String shell(String command) throws IOException {
        Path output = output();
        try {
            Process process = builder(command, "8080")
                    .redirectOutput(output.toFile())
                    .redirectError(errors(output).toFile())
                    .start();
            assertThat(process.waitFor()).as("%s: %s", command, output).isZero();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return Files.readString(output);
    }

    /** What git would show of all this. */
    String changedFiles() throws IOException {
        return has("git") ? shell("git status --porcelain") : "";
    }

    @Override
    public void close() {
        for (Process process : started.reversed()) {
            try {
                end(process);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
