package io.mics.hook.dispatch.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.event.EventLogContract;
import io.mics.event.kafka.KafkaEventLog;
import io.mics.kafka.KafkaSender;
import io.mics.observe.Metrics;
import io.mics.sdk.testing.KafkaBroker;
import io.mics.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("engine")
class KafkaDispatchKilledTest {
    private static final int MESSAGES = 600;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    Path folder;

    private Process start(KafkaBroker broker) throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        DispatchProcess.class.getName(),
                        broker.bootstrapServers(),
                        "t1",
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    private List<String> called(String guarantee) {
        try {
            Path file = folder.resolve(guarantee);
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> await(String guarantee, Predicate<List<String>> wanted) {
        Await.until(guarantee, PATIENCE, () -> wanted.test(called(guarantee)));
        return called(guarantee);
    }

    @Test
    void losesNoneAtLeastOnceAndRepeatsNoneAtMostOnce() throws Exception {
        Set<String> sent = new HashSet<>();
        try (KafkaBroker broker = KafkaBroker.running();
                KafkaSender sender = KafkaSender.open(
                        Dispatch.settings(broker.bootstrapServers()).producer());
                KafkaEventLog log = KafkaEventLog.open(
                        Dispatch.settings(broker.bootstrapServers()),
                        sender,
                        tenant -> Optional.empty(),
                        () -> Duration.ofSeconds(5),
                        new Metrics())) {
            for (int i = 0; i < MESSAGES; i++) {
                assertThat(log.publish(EventLogContract.message("t1", "u" + i % 11, "m" + i)))
                        .isTrue();
                sent.add("m" + i);
            }
            Process first = start(broker);
            try {
                await("AT_LEAST_ONCE", lines -> lines.size() >= MESSAGES / 4);
                await("AT_MOST_ONCE", lines -> lines.size() >= MESSAGES / 4);
            } finally {
                first.destroyForcibly().waitFor();
            }
            assertThat(called("AT_LEAST_ONCE").size()).isLessThan(MESSAGES);

            assertThat(log.publish(EventLogContract.message("t1", "u1", "last")))
                    .isTrue();
            sent.add("last");
            Process second = start(broker);
            try {
                List<String> atLeastOnce = await("AT_LEAST_ONCE", lines -> new HashSet<>(lines).containsAll(sent));
                assertThat(new HashSet<>(atLeastOnce)).isEqualTo(sent);
                assertThat(await("AT_MOST_ONCE", lines -> lines.contains("last")))
                        .doesNotHaveDuplicates();
            } finally {
                second.destroyForcibly().waitFor();
            }
        }
    }
}
