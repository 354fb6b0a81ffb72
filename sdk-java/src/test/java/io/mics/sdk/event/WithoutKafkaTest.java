package io.mics.sdk.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.sdk.client.MicsClient;
import io.mics.sdk.hook.example.BackendSettings;
import io.mics.sdk.hook.example.ExampleBackend;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("engine")
class WithoutKafkaTest {
    private static final Path SOURCES = Path.of("src/main/java");

    @Test
    void onlyKafkaClassesNameTheKafkaClient() throws Exception {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            List<Path> naming = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.getFileName().toString().startsWith("Kafka"))
                    .filter(WithoutKafkaTest::namesKafka)
                    .toList();
            assertThat(naming).isEmpty();
        }
    }

    @Test
    void clientAndBackendRunWithoutTheKafkaClient(@TempDir Path store) throws Exception {
        String path = Arrays.stream(
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                                .split(File.pathSeparator, -1))
                .filter(entry -> !entry.contains("kafka"))
                .collect(Collectors.joining(File.pathSeparator));
        Path output = Files.createTempFile("mics-without-kafka", ".log");
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-cp",
                        path,
                        WithoutKafka.class.getName(),
                        store.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(output))
                    .endsWith("to read events, put kafka-clients on the class path\nall loaded\n");
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }

    private static boolean namesKafka(Path file) {
        try {
            return Files.readString(file).contains("org.apache.kafka");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What runs with the Kafka client filtered out. */
    static final class WithoutKafka {
        private WithoutKafka() {}

        private static void refusesEvents(String folder) throws IOException {
            Map<String, String> environment =
                    Map.of("PORT", "0", "KAFKA__BOOTSTRAP_SERVERS", "127.0.0.1:1", "HOOK_STORE", folder);
            try (ExampleBackend backend = new ExampleBackend(BackendSettings.from(List.of(), environment::get))) {
                System.out.println("started without the client on port " + backend.port());
            } catch (IllegalStateException asWanted) {
                System.out.println(asWanted.getMessage());
            }
        }

        public static void main(String[] args) throws Exception {
            try {
                Class.forName("org.apache.kafka.clients.consumer.KafkaConsumer");
                System.out.println("the Kafka client is still there");
            } catch (ClassNotFoundException asWanted) {
                MicsClient.builder();
                new ExampleBackend(BackendSettings.forTests("s")).close();
                refusesEvents(args[0]);
                System.out.println("all loaded");
            }
        }
    }
}
