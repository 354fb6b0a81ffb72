package io.mics.sdk.readme;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.hook.v1.MqEvent;
import io.mics.sdk.event.KafkaEventConsumer;
import io.mics.sdk.hook.HookServer;
import io.mics.sdk.hook.WebhookReceiver;
import io.mics.sdk.sign.HookSignature;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReadmeTest {
    private static final Pattern BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    @Test
    void everyJavaBlockOfTheReadmeIsCompiledVerbatim() throws Exception {
        String compiled =
                withoutIndent(Files.readString(Path.of("src/test/java/io/mics/sdk/readme/ReadmeExamples.java")));
        List<String> blocks = BLOCK.matcher(Files.readString(Path.of("README.md")))
                .results()
                .map(block -> block.group(1))
                .toList();

        assertThat(blocks).hasSize(8);
        assertThat(blocks).allSatisfy(block -> assertThat(compiled).contains(withoutIndent(block)));
    }

    @Test
    void examplesDoWhatTheySay() throws Exception {
        try (HookServer server = ReadmeExamples.hookServer(0)) {
            assertThat(server.port()).isPositive();
        }
        try (WebhookReceiver receiver = ReadmeExamples.webhooks(0)) {
            assertThat(receiver.port()).isPositive();
        }
        try (KafkaEventConsumer consumer = ReadmeExamples.events("127.0.0.1:1")) {
            assertThat(consumer.running()).as("without a Kafka, too").isTrue();
        }
        MqEvent event = MqEvent.newBuilder().setMsgId("1").build();
        assertThat(ReadmeExamples.event(HookSignature.sign("dev-secret-t1", event)))
                .isTrue();
        assertThat(ReadmeExamples.event(event)).isFalse();
    }

    private static String withoutIndent(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n", "", "\n"));
    }
}
