package io.mics.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.DataInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("engine")
final class LauncherTest {
    private static final int JAVA_8_CLASS_FILE = 52;

    @Test
    void isReadableToJavaEight() throws Exception {
        try (var in =
                new DataInputStream(Files.newInputStream(Path.of("target/classes/io/mics/launch/Launcher.class")))) {
            assertThat(in.readInt()).isEqualTo(0xCAFEBABE);
            assertThat(in.readUnsignedShort()).isZero();
            assertThat(in.readUnsignedShort()).isEqualTo(JAVA_8_CLASS_FILE);
        }
    }

    @Test
    void anOlderJavaNamesTheNewestOneThatIsInstalledAndTheCommand(@TempDir Path home) throws Exception {
        Path newest = Files.createDirectories(home.resolve(".jdks/a b-999/bin")).resolve("java");
        Files.writeString(newest, "#!/bin/sh\n");
        assertThat(newest.toFile().setExecutable(true)).isTrue();
        Files.writeString(home.resolve(".jdks/a b-999/release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"999.0.1\"\n");
        assertThat(said(home, "--config", "my config"))
                .hasLineCount(1)
                .matches("MICS needs Java 21 or newer; this is \\S+ at /\\S+; Java 999\\.0\\.1 is here: '" + newest
                        + "' -cp \\S+ io\\.mics\\.launch\\.Launcher --config 'my config'\\R");
    }

    @Test
    void anOlderJavaNamesTheOneThatRunsThisTestWhenItIsTheNewest(@TempDir Path home) throws Exception {
        assertThat(said(home)).hasLineCount(1).contains("or newer; this is", " is here: ");
        assertThat(InstalledJava.newest(1_000, System.getProperty("java.home"), home.toString()))
                .isNull();
        InstalledJava own = InstalledJava.newest(21, System.getProperty("java.home"), home.toString());
        assertThat(own).isNotNull();
        assertThat(Launcher.feature(own.version)).isGreaterThanOrEqualTo(21);
    }

    private static String said(Path home, String... args) throws Exception {
        Optional<Path> old = olderJava();
        assumeThat(old).as("a Java older than 21 on this machine").isPresent();
        List<String> command = new ArrayList<>(List.of(
                old.orElseThrow().toString(),
                "-Duser.home=" + home,
                "-cp",
                "target/classes",
                "io.mics.launch.Launcher"));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        return said;
    }

    private static Optional<Path> olderJava() throws Exception {
        Path installed = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(installed)) {
            return Optional.empty();
        }
        try (Stream<Path> homes = Files.list(installed)) {
            return homes.filter(home -> home.getFileName().toString().matches(".*\\b(8|11|17)\\b.*"))
                    .map(home -> home.resolve("bin/java"))
                    .filter(Files::isExecutable)
                    .findFirst();
        }
    }
}
