package io.mics.node.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.config.ConfigResult;
import io.mics.config.Problem;
import io.mics.event.kafka.KafkaConversationTopics;
import io.mics.event.kafka.KafkaEventSettings;
import io.mics.event.kafka.KafkaHookTopics;
import io.mics.hook.config.HooksSettings;
import io.mics.kafka.KafkaSecurity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaEventSettingsTest {
    @TempDir
    Path dir;

    private NodeConfig valid(Map<String, String> environment) {
        return switch (NodeConfigReader.read(dir, environment)) {
            case ConfigResult.Valid<NodeConfig> valid -> valid.value();
            case ConfigResult.Invalid<NodeConfig> invalid -> throw new AssertionError(invalid.problems());
        };
    }

    private List<Problem> problems(Map<String, String> environment) {
        return switch (NodeConfigReader.read(dir, environment)) {
            case ConfigResult.Valid<NodeConfig> valid -> throw new AssertionError("valid: " + valid.value());
            case ConfigResult.Invalid<NodeConfig> invalid -> invalid.problems();
        };
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(dir.resolve(file), text);
    }

    @Test
    void serversOfKafkaThatAreNoneAndATopicOfNoTenantAreProblems() throws IOException {
        write("tenants.yaml", "tenants: {t1: {}}");
        write("mics.yaml", "kafka: {topic: 'events', max-attempts: -1}");
        for (String wrong : List.of("k", "k:", "k:99999", "k:9092,", "http://k:9092", "k:9092;l:9092")) {
            assertThat(problems(Map.of("KAFKA__BOOTSTRAP_SERVERS", wrong)))
                    .extracting(Problem::key)
                    .containsExactlyInAnyOrder("kafka.bootstrap-servers", "kafka.topic", "kafka.max-attempts");
        }
        write("mics.yaml", "kafka: {topic: 'x.{tenant}', create-topics: false, queue-bytes: 1MiB}");
        KafkaEventSettings kafka = valid(Map.of("KAFKA__BOOTSTRAP_SERVERS", "k-1.ns:9092, [::1]:9093"))
                .get(KafkaEventSettings.SECTION);
        assertThat(kafka.topic()).isEqualTo("x.{tenant}");
        assertThat(kafka.createTopics()).isFalse();
        assertThat(kafka.queueBytes()).isEqualTo(1 << 20);
    }

    @Test
    void topicsOfHooksAreTemplatesAndNoTwoAreOne() throws IOException {
        write("tenants.yaml", "tenants: {t1: {}}");
        assertThat(valid(Map.of()).get(KafkaEventSettings.SECTION).hookTopics()).isEqualTo(KafkaHookTopics.DEFAULTS);
        write("mics.yaml", "kafka: {hook-topics: {retry: 'storage-{tenant}-retry', recall: 'r.{tenant}'}}");
        assertThat(valid(Map.of()).get(KafkaEventSettings.SECTION).hookTopics())
                .isEqualTo(new KafkaHookTopics(
                        "im-mics-{tenant}-delivery",
                        "r.{tenant}",
                        "storage-{tenant}-retry",
                        "im-mics-{tenant}-hook-dlq"));
        for (String wrong :
                List.of("recall", "im-mics-{tenant}-event", "im-mics-{tenant}-event-dlq", "x-{tenant}-dlq")) {
            write("mics.yaml", "kafka: {hook-topics: {delivery: 'x-{tenant}', recall: '" + wrong + "'}}");
            assertThat(problems(Map.of())).extracting(Problem::key).containsExactly("kafka.hook-topics.recall");
        }
    }

    @Test
    void topicsOfConversationsAreTemplatesWithNamesOfTheirOwn() throws IOException {
        write("tenants.yaml", "tenants: {t1: {}}");
        assertThat(valid(Map.of()).get(KafkaEventSettings.SECTION).conversationTopics())
                .isEqualTo(KafkaConversationTopics.DEFAULTS);
        write("mics.yaml", "kafka: {conversation-topics: {upstream: 'storage-{tenant}'}}");
        assertThat(valid(Map.of()).get(KafkaEventSettings.SECTION).conversationTopics())
                .isEqualTo(new KafkaConversationTopics(
                        "storage-{tenant}", "im-mics-{tenant}-persisted", "im-mics-{tenant}-fanout"));
        for (String wrong : List.of(
                "persisted",
                "im-mics-{tenant}-event",
                "im-mics-{tenant}-recall",
                "im-mics-{tenant}-hook-retry",
                "im-mics-{tenant}-upstream",
                "im-mics-{tenant}-upstream-dlq")) {
            write("mics.yaml", "kafka: {conversation-topics: {persisted: '" + wrong + "'}}");
            assertThat(problems(Map.of()))
                    .extracting(Problem::key)
                    .containsExactly("kafka.conversation-topics.persisted");
        }
    }

    @Test
    void aLoginToKafkaIsWholeAndOnlyWhereThereIsOne() throws IOException {
        assertThat(valid(Map.of()).get(KafkaEventSettings.SECTION).security()).isEqualTo(KafkaSecurity.NONE);
        write("node.pem", "");
        String pem = dir.resolve("node.pem").toString();
        write(
                "mics.yaml",
                "kafka: {security: {protocol: SASL_SSL, sasl-mechanism: SCRAM-SHA-256, username: gateway, " + "trust: '"
                        + pem + "', certificate: '" + pem + "'}}");
        assertThat(problems(Map.of()))
                .extracting(Problem::key)
                .containsExactlyInAnyOrder("kafka.security.password", "kafka.security.key");
        NodeConfig c = valid(Map.of("KAFKA_SASL_PASSWORD", "hunter2", "KAFKA_SSL_KEY", pem));
        assertThat(c.get(KafkaEventSettings.SECTION).security().mechanism())
                .isEqualTo(KafkaSecurity.Mechanism.SCRAM_SHA_256);
        assertThat(c.toString()).contains("username=gateway").doesNotContain("hunter2");

        write("mics.yaml", "kafka: {security: {protocol: TLS, sasl-mechanism: DIGEST}}");
        assertThat(problems(Map.of()))
                .extracting(Problem::key)
                .containsExactlyInAnyOrder("kafka.security.protocol", "kafka.security.sasl-mechanism");
        write("mics.yaml", "kafka: {security: {username: gateway, password: hunter2, trust: missing.pem}}");
        assertThat(problems(Map.of()))
                .hasSize(3)
                .allSatisfy(problem -> assertThat(problem.line())
                        .contains("is not used with this kafka.security.protocol")
                        .doesNotContain("hunter2"));
        write("mics.yaml", "kafka: {security: {protocol: SSL, trust: missing.pem}}");
        assertThat(problems(Map.of())).extracting(Problem::key).containsExactly("kafka.security.trust");
    }

    @Test
    void aTopicOfTheAuditNeedsBrokersAndANameAndARecordingAFileOfItsOwn() throws IOException {
        write("tenants.yaml", "tenants: {t1: {}}");
        write("mics.yaml", "hooks: {audit-topic: hook-audit}");
        assertThat(problems(Map.of())).extracting(Problem::key).containsExactly("hooks.audit-topic");
        assertThat(problems(Map.of()).getFirst().toString()).contains("needs kafka.bootstrap-servers");
        Map<String, String> kafka = Map.of("KAFKA__BOOTSTRAP_SERVERS", "k:9092");
        assertThat(valid(kafka).get(HooksSettings.SECTION).auditTopic()).isEqualTo("hook-audit");
        for (String name : List.of("..", "a b", "a/b", "{other}", "x".repeat(181))) {
            write("mics.yaml", "hooks: {audit-topic: '" + name + "'}");
            assertThat(problems(kafka)).extracting(Problem::key).containsExactly("hooks.audit-topic");
        }
        for (String name : List.of(
                "im-mics-{tenant}-event", "im-mics-t1-event", "im-mics-t1-event-dlq", "im-mics-{tenant}-hook-retry")) {
            write("mics.yaml", "hooks: {audit-topic: '" + name + "'}");
            assertThat(problems(kafka)).as(name).extracting(Problem::key).containsExactly("hooks.audit-topic");
        }
        write("mics.yaml", "hooks: {audit-topic: im-mics-t1-events}");
        assertThat(valid(kafka).get(HooksSettings.SECTION).auditTopic()).isEqualTo("im-mics-t1-events");
        write("mics.yaml", "hooks: {audit-log: calls, record: calls}");
        assertThat(problems(kafka)).extracting(Problem::key).containsExactly("hooks.record");
        write("mics.yaml", "hooks: {audit-topic: '{tenant}.audit', record: calls, record-max-bytes: 1MiB}");
        assertThat(valid(kafka).get(HooksSettings.SECTION).auditTopic()).isEqualTo("{tenant}.audit");
        assertThat(valid(kafka).get(HooksSettings.SECTION).recordMaxBytes()).isEqualTo(1 << 20);
    }
}
