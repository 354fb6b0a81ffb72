package io.mics.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.DataInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

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
    void saysWhichJavaIsNeededOnAnOlderOne() throws Exception {
        Optional<Path> old = olderJava();
        assumeThat(old).as("a Java older than 21 on this machine").isPresent();
        Process process = new ProcessBuilder(
                        List.of(old.orElseThrow().toString(), "-cp", "target/classes", "io.mics.launch.Launcher"))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(said).hasLineCount(1).matches("MICS needs Java 21 or newer; this is \\S+ at /\\S+\\R");
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
