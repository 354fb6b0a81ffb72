package io.mics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.config.ConfigResult;
import io.mics.hook.point.FakeHookServer;
import io.mics.hook.webhook.JsonHookServer;
import io.mics.node.Node;
import io.mics.node.settings.Configuration;
import io.mics.proto.message.v1.AckStatus;
import io.mics.sdk.hook.example.BackendSettings;
import io.mics.sdk.hook.example.ExampleBackend;
import io.mics.sdk.testing.KafkaBroker;
import io.mics.testing.KafkaRecords;
import io.mics.testing.RawClient;
import io.mics.testing.node.CommandRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole gateway whose hooks are recorded and audited. */
@Timeout(120)
@Tag("engine")
class HookRecordTest {
    @TempDir
    Path dir;

    private Node start(FakeHookServer hook, String tenants, String mics) throws Exception {
        Files.writeString(dir.resolve("mics.yaml"), "port: 0\ninternal-port: 0\nhost: 127.0.0.1\nnode-id: n1\n" + mics);
        Files.writeString(dir.resolve("tenants.yaml"), tenants);
        Files.writeString(dir.resolve("hooks.yaml"), """
            hooks:
              pre-send:
                - name: words
                  version: 2.1.0
                  transport: {type: webhook, url: "http://127.0.0.1:%d/hook"}
            """.formatted(hook.port()));
        return switch (Configuration.read(dir, Map.of())) {
            case ConfigResult.Valid<Configuration> valid -> Node.start(valid.value());
            case ConfigResult.Invalid<Configuration> invalid -> throw new AssertionError(invalid.problems());
        };
    }

    private static FakeHookServer hook() throws Exception {
        FakeHookServer hook = new JsonHookServer(Optional.empty());
        hook.answer(call -> new String((byte[]) call.at("draft.payload"), UTF_8).endsWith("!")
                ? Map.of("allow", false, "status", Map.of("code", 403, "message", "NOTSUCH"))
                : Map.of("allow", true));
        return hook;
    }

    @Test
    void aNodeRecordsItsHooksWithoutWhatItsUsersWroteAndSendsTheAuditToItsTopic() throws Exception {
        Path record = dir.resolve("calls.jsonl");
        Path audit = dir.resolve("audit.jsonl");
        try (FakeHookServer hook = hook();
                KafkaBroker broker = KafkaBroker.running();
                ExampleBackend backend = new ExampleBackend(BackendSettings.forTests(""))) {
            String tenants = "tenants: {t1: {hooks: {base-url: \"" + backend.baseUrl() + "\"}}}";
            String mics = """
                drain-timeout: 1s
                kafka: {bootstrap-servers: "%s"}
                hooks: {record: "%s", audit-log: "%s", audit-topic: "audit-{tenant}"}
                """.formatted(broker.bootstrapServers(), record, audit);
            try (Node node = start(hook, tenants, mics);
                    RawClient alice = RawClient.connect(node.port(), "t1", "ALICE", "PHONE")) {
                assertThat(alice.sendAcked("BOB", "MSG1", "SECRETBODY").getStatus())
                        .isEqualTo(AckStatus.SENT);
                assertThat(alice.sendAcked("BOB", "MSG2", "SECRETBODY!").getReason())
                        .isEqualTo("NOTSUCH");
            }
            assertThat(Files.readString(record)).doesNotContainPattern("ALICE|BOB|PHONE|SECRET|NOTSUCH|MSG");
            assertThat(Files.readAllLines(record))
                    .hasSize(2)
                    .allMatch(line -> line.contains("\"hook\":\"words\",\"version\":\"2.1.0\""));
            List<String> audited = Files.readAllLines(audit);
            assertThat(audited)
                    .filteredOn(line -> line.contains("\"pre-send\""))
                    .hasSize(2);
            assertThat(KafkaRecords.read(broker.bootstrapServers(), "audit-t1", audited.size()))
                    .extracting(ConsumerRecord::value)
                    .containsExactlyElementsOf(audited);
            String target = "http://127.0.0.1:" + hook.port() + "/hook";
            assertThat(CommandRun.of("hooks", "replay", record.toString(), "--target", target)
                            .exitCode())
                    .isZero();
        }
    }
}
