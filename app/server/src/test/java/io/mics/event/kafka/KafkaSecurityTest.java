package io.mics.event.kafka;

import static io.mics.event.EventLogContract.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.event.DeadLetters;
import io.mics.event.DeadLetters.Listing;
import io.mics.kafka.KafkaSecurity;
import io.mics.kafka.KafkaSecurity.Mechanism;
import io.mics.kafka.KafkaSecurity.Protocol;
import io.mics.sdk.hook.example.BackendSettings;
import io.mics.sdk.hook.example.ExampleBackend;
import io.mics.sdk.testing.KafkaBroker;
import io.mics.testing.Await;
import io.mics.testing.Certificates;
import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Brokers that ask who we are: a login in plain text and over TLS, and a certificate. */
@Tag("engine")
class KafkaSecurityTest {
    private static final AtomicInteger TENANTS = new AtomicInteger();
    private static final String PASSWORD = "it's \"quoted\" \\ here";
    private static final String MODULES = "org.apache.kafka.common.security.";

    @TempDir
    private static Path dir;

    private static KafkaBroker broker;

    private final String tenant = "s" + TENANTS.incrementAndGet();

    @BeforeAll
    static void start() throws Exception {
        Certificates certificates = new Certificates(dir);
        String served = certificates.selfSigned("broker", "ip:127.0.0.1").pem();
        Files.writeString(dir.resolve("served.pem"), Files.readString(dir.resolve("broker.key")) + served);
        certificates.selfSigned("gateway", "dns:gateway");
        certificates.selfSigned("stranger", "dns:stranger");
        String login =
                "required user_gateway=\"" + PASSWORD.replace("\\", "\\\\").replace("\"", "\\\"") + "\";";
        broker = KafkaBroker.running(
                Map.of("PLAIN", "SASL_PLAINTEXT", "SCRAM", "SASL_SSL", "CERTIFICATE", "SSL"),
                "listener.name.plain.sasl.enabled.mechanisms=PLAIN",
                "listener.name.plain.plain.sasl.jaas.config=" + MODULES + "plain.PlainLoginModule " + login,
                "listener.name.scram.sasl.enabled.mechanisms=SCRAM-SHA-512",
                "listener.name.scram.scram-sha-512.sasl.jaas.config=" + MODULES + "scram.ScramLoginModule required;",
                "listener.name.certificate.ssl.client.auth=required",
                "ssl.keystore.type=PEM",
                "ssl.keystore.location=" + dir.resolve("served.pem"),
                "ssl.truststore.type=PEM",
                "ssl.truststore.location=" + dir.resolve("gateway.pem"));
        try (Admin admin = broker.admin()) {
            admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                            "gateway", new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4_096), PASSWORD)))
                    .all()
                    .get();
        }
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static KafkaSettings settings(String listener, KafkaSecurity security) {
        return TestLog.secured(TestLog.settings(broker.bootstrapServers(listener), true, 3), security);
    }

    private static KafkaSecurity plain(String password) {
        return new KafkaSecurity(Protocol.SASL_PLAINTEXT, Mechanism.PLAIN, "gateway", password, "", "", "");
    }

    private static KafkaSecurity scram(String trust) {
        return new KafkaSecurity(
                Protocol.SASL_SSL,
                Mechanism.SCRAM_SHA_512,
                "gateway",
                PASSWORD,
                dir.resolve(trust).toString(),
                "",
                "");
    }

    private static KafkaSecurity certificate(String name) {
        return new KafkaSecurity(
                Protocol.SSL,
                Mechanism.PLAIN,
                "",
                "",
                dir.resolve("broker.pem").toString(),
                name.isEmpty() ? "" : dir.resolve(name + ".pem").toString(),
                name.isEmpty() ? "" : dir.resolve(name + ".key").toString());
    }

    private void assertArrives(KafkaSettings settings) {
        try (TestLog log = TestLog.of(settings)) {
            assertThat(log.publish(message(tenant, "a", "m"))).isTrue();
            assertThat(Topic.read(broker.bootstrapServers(), "im-mics-" + tenant + "-event", 1))
                    .hasSize(1);
        }
        assertThat(letters(settings)).isInstanceOf(Listing.Found.class);
    }

    private Listing letters(KafkaSettings settings) {
        return new KafkaDeadLetterBrowser(settings)
                .list(new DeadLetters.Filter(tenant, Optional.empty(), Instant.MIN, Instant.MAX, ""), 1);
    }

    /** Events wait, nothing is lost, and what is wrong is said. */
    private void assertWaits(KafkaSettings settings, String cause) {
        try (TestLog log = TestLog.of(settings).flushingFor(Duration.ZERO)) {
            assertThat(log.publish(message(tenant, "a", "m"))).isTrue();
            Await.until(
                    cause,
                    () -> log.log
                            .unavailable()
                            .filter(why -> why.contains(cause))
                            .isPresent());
            assertThat(log.log.queued(tenant)).isEqualTo(1);
            assertThat(log.dead(tenant)).isZero();
        }
        assertThat(letters(settings)).isInstanceOf(Listing.Unavailable.class);
    }

    @Test
    void aLoginInPlainTextLetsEventsIn() {
        assertArrives(settings("PLAIN", plain(PASSWORD)));
    }

    @Test
    void aWrongPasswordMakesEventsWaitAndSaysSo() {
        assertWaits(
                settings("PLAIN", plain("hunter2")),
                "events wait: the brokers do not let us in: Authentication failed: Invalid username or password");
    }

    @Test
    void aLoginOverTlsLetsEventsInWhereTheBrokersCertificateIsTrusted() {
        assertArrives(settings("SCRAM", scram("broker.pem")));
        assertWaits(settings("SCRAM", scram("stranger.pem")), "do not let us in: SSL handshake failed");
    }

    @Test
    void aCertificateLetsEventsInWhereTheBrokersTrustIt() {
        assertArrives(settings("CERTIFICATE", certificate("gateway")));
        assertWaits(settings("CERTIFICATE", certificate("")), "do not let us in");
        assertWaits(settings("CERTIFICATE", certificate("stranger")), "do not let us in");
    }

    @Test
    void aFileThatHoldsNoCertificateMakesEventsWaitAndSaysSo() throws Exception {
        Files.writeString(dir.resolve("empty.pem"), "no certificate");
        assertWaits(settings("SCRAM", scram("empty.pem")), "events wait: No matching CERTIFICATE entries in PEM file");
    }

    @Test
    void aWholeGatewayThatIsNotLetInStaysReadyAndSaysWhy() throws Exception {
        try (ExampleBackend backend = new ExampleBackend(BackendSettings.forTests("s3cret"));
                TestGateway gateway = TestGateway.start(
                        "tenants: {t1: {hooks: {base-url: \"" + backend.baseUrl() + "\", secret: s3cret}}}",
                        "drain-timeout: 1s\nkafka: {bootstrap-servers: '" + broker.bootstrapServers("PLAIN")
                                + "', security: {protocol: SASL_PLAINTEXT, username: gateway, password: hunter2}}");
                RawClient sender = RawClient.connect(gateway.port(), "t1", "a", "d1")) {
            assertThat(sender.sendAcked("b", "1", "hi").getReason()).isEmpty();
            Await.until("said", () -> {
                try {
                    return gateway.get("/readyz").body().contains("the brokers do not let us in");
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertThat(gateway.get("/readyz").statusCode()).isEqualTo(200);
            assertThat(gateway.get("/readyz").body()).doesNotContain("hunter2");
        }
    }
}
