package io.mics.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.testing.Await;
import io.mics.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Getting in: with a password, over TLS, through sentinels. */
@Tag("engine")
class RedisConnectionTest {
    private static final RedisTimeouts SETTINGS = new RedisTimeouts(
            Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofMillis(100));

    @TempDir
    Path dir;

    private static Redis open(String uri) {
        return Redis.open(((RedisAddress.Parsed.Valid) RedisAddress.parse(uri)).address(), SETTINGS);
    }

    private static boolean takesWrites(Redis redis) {
        return redis.evaluate(Call.of(Script.PROBE, RedisKeys.PROBE, "1000")) instanceof RedisOutcome.Value;
    }

    @Test
    void thePasswordIsGivenInEveryForm() {
        try (RedisServer server = RedisServer.running("--requirepass", "s3cret:%")) {
            String location = "127.0.0.1:" + server.port();
            for (String uri : List.of(
                    "redis://:s3cret%3A%25@" + location,
                    "redis://default:s3cret%3A%25@" + location + "/2",
                    location + ",password=s3cret:%")) {
                try (Redis redis = open(uri)) {
                    assertThat(takesWrites(redis)).as(uri).isTrue();
                }
            }
            try (Redis redis = open("redis://:wrong@" + location)) {
                assertThat(redis.available()).isFalse();
                assertThat(takesWrites(redis)).isFalse();
                assertThat(redis.unavailableCause().orElseThrow())
                        .contains("WRONGPASS")
                        .doesNotContain("wrong");
            }
        }
    }

    @Test
    void aServerThatSpeaksTlsIsReachedWhenItsCertificateIsTrusted() throws Exception {
        Path store = dir.resolve("keys.p12");
        certificate(store);
        int tlsPort = RedisServer.freePort();
        String trust = "javax.net.ssl.trustStore";
        try (RedisServer server = RedisServer.running(
                "--tls-port", Integer.toString(tlsPort),
                "--tls-cert-file", dir.resolve("cert.pem").toString(),
                "--tls-key-file", dir.resolve("key.pem").toString(),
                "--tls-ca-cert-file", dir.resolve("cert.pem").toString(),
                "--tls-auth-clients", "no")) {
            assertThat(server.port()).isNotEqualTo(tlsPort);
            try (Redis untrusting = open("rediss://127.0.0.1:" + tlsPort)) {
                assertThat(untrusting.available()).isFalse();
            }
            System.setProperty(trust, store.toString());
            System.setProperty(trust + "Password", "changeit");
            try (Redis redis = open("127.0.0.1:" + tlsPort + ",ssl=true")) {
                assertThat(takesWrites(redis)).isTrue();
                receivedOver(redis);
            }
        } finally {
            System.clearProperty(trust);
            System.clearProperty(trust + "Password");
        }
    }

    private void certificate(Path store) throws Exception {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "redis",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        "changeit")
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("log").toFile())
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
        pem("cert.pem", "CERTIFICATE", keys.getCertificate("redis").getEncoded());
        pem(
                "key.pem",
                "PRIVATE KEY",
                keys.getKey("redis", "changeit".toCharArray()).getEncoded());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("redis", keys.getCertificate("redis"));
        try (var out = Files.newOutputStream(store)) {
            trusted.store(out, "changeit".toCharArray());
        }
    }

    private void pem(String file, String what, byte[] der) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        Files.writeString(
                dir.resolve(file), "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    }

    private static void receivedOver(Redis redis) throws InterruptedException {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        RedisSubscription subscription = redis.subscribe("news", new RedisSubscription.Listener() {
            @Override
            public void message(String text) {
                received.add(text);
            }

            @Override
            public void up(boolean up) {}
        });
        Await.until("subscription", subscription::up);
        redis.send(Call.of(Script.PUBLISH, RedisKeys.PROBE, "news", "hello"));
        assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo("hello");
    }

    @Test
    void sentinelsNameTheMasterAndTheNextOneAfterItsDeath() throws InterruptedException {
        try (RedisServer master = RedisServer.running();
                RedisServer replica = RedisServer.running("--replicaof", "127.0.0.1", Integer.toString(master.port()));
                RedisServer sentinel = RedisServer.sentinelOf(master)) {
            Await.until("replica", () -> replica.command("INFO", "replication").contains("master_link_status:up"));
            Await.until(
                    "sentinel",
                    () -> sentinel.command("SENTINEL", "replicas", "main").contains(Integer.toString(replica.port())));
            try (Redis redis = open("redis-sentinel://127.0.0.1:" + sentinel.port() + "/0#main")) {
                assertThat(takesWrites(redis)).isTrue();
                receivedOver(redis);
                master.stop();
                Await.until("outage", () -> !redis.available());
                Await.until("new master", redis::available);
                assertThat(replica.command("INFO", "replication")).contains("role:master");
                assertThat(takesWrites(redis)).isTrue();
                receivedOver(redis);
            }
        }
    }
}
