package io.mics.routing.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.routing.NodeLinks.Reply;
import io.mics.routing.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinkTlsTest {
    private static final char[] PASSWORD = "password".toCharArray();
    private static final Base64.Encoder PEM = Base64.getMimeEncoder(64, new byte[] {'\n'});

    @TempDir
    private static Path dir;

    @BeforeAll
    static void certificates() throws Exception {
        String a = selfSigned("node-a", "ip:127.0.0.1");
        String b = selfSigned("node-b", "ip:127.0.0.1");
        String elsewhere = selfSigned("elsewhere", "dns:elsewhere.invalid");
        selfSigned("stranger", "ip:127.0.0.1");
        Files.writeString(dir.resolve("trust.pem"), a + b + elsewhere);
    }

    @Test
    void nodesThatTrustEachOtherAreLinked() throws Exception {
        try (GrpcLinkServer server = TestPeers.server(0, 5, tls("node-b"), TestPeers.inline(call -> {}));
                GrpcLinks links = TestPeers.links(tls("node-a"))) {
            assertThat(TestPeers.ask(links, TestPeers.peer(server.port(), 5), "u1"))
                    .matches(TestPeers::answered);
        }
    }

    @Test
    void aNodeWithoutATrustedCertificateIsNotLetIn() throws Exception {
        try (GrpcLinkServer server = TestPeers.server(0, 5, tls("node-b"), TestPeers.inline(call -> {}));
                GrpcLinks stranger = TestPeers.links(tls("stranger"));
                GrpcLinks plain = TestPeers.links(TestPeers.SETTINGS)) {
            Peer peer = TestPeers.peer(server.port(), 5);
            assertThat(TestPeers.ask(stranger, peer, "u1")).isInstanceOf(Reply.NotAsked.class);
            assertThat(TestPeers.ask(plain, peer, "u1")).isInstanceOf(Reply.NotAsked.class);
        }
    }

    @Test
    void aNodeThatIsNotTheOneDialledIsNotAsked() throws Exception {
        for (String other : List.of("stranger", "elsewhere")) {
            try (GrpcLinkServer server = TestPeers.server(0, 5, tls(other), TestPeers.inline(call -> {}));
                    GrpcLinks links = TestPeers.links(tls("node-a"))) {
                assertThat(TestPeers.ask(links, TestPeers.peer(server.port(), 5), "u1"))
                        .as(other)
                        .isInstanceOf(Reply.NotAsked.class);
            }
        }
    }

    private static LinkSettings tls(String node) {
        LinkSettings plain = TestPeers.deadline(Duration.ofSeconds(5));
        return new LinkSettings(
                plain.token(),
                plain.deadline(),
                plain.inFlight(),
                plain.inFlightBytes(),
                plain.breakerFailures(),
                plain.breakerOpen(),
                plain.heartbeat(),
                plain.largestCall(),
                Optional.of(new LinkSettings.Tls(
                        dir.resolve(node + ".pem"), dir.resolve(node + ".key"), dir.resolve("trust.pem"))));
    }

    /** Makes a key and its certificate with the JDK's own tool, and writes both as PEM; returns the certificate. */
    private static String selfSigned(String node, String host) throws Exception {
        Path store = dir.resolve(node + ".p12");
        run(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                node,
                "-dname",
                "CN=" + node,
                "-ext",
                "san=" + host,
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD)));
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
        String certificate = pem("CERTIFICATE", keys.getCertificate(node).getEncoded());
        Files.writeString(dir.resolve(node + ".pem"), certificate);
        Files.writeString(
                dir.resolve(node + ".key"),
                pem("PRIVATE KEY", keys.getKey(node, PASSWORD).getEncoded()));
        return certificate;
    }

    private static String pem(String what, byte[] der) {
        return "-----BEGIN " + what + "-----\n" + PEM.encodeToString(der) + "\n-----END " + what + "-----\n";
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
