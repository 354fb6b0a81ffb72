package io.mics.routing.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.routing.link.NodeLinks.Reply;
import io.mics.testing.Certificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("engine")
class LinkTlsTest {
    @TempDir
    private static Path dir;

    @BeforeAll
    static void certificates() throws Exception {
        Certificates certificates = new Certificates(dir);
        String a = certificates.selfSigned("node-a", "ip:127.0.0.1").pem();
        String b = certificates.selfSigned("node-b", "ip:127.0.0.1").pem();
        String elsewhere =
                certificates.selfSigned("elsewhere", "dns:elsewhere.invalid").pem();
        certificates.selfSigned("unknown", "ip:127.0.0.1");
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
                GrpcLinks unknown = TestPeers.links(tls("unknown"));
                GrpcLinks plain = TestPeers.links(TestPeers.SETTINGS)) {
            Peer peer = TestPeers.peer(server.port(), 5);
            assertThat(TestPeers.ask(unknown, peer, "u1")).isInstanceOf(Reply.NotAsked.class);
            assertThat(TestPeers.ask(plain, peer, "u1")).isInstanceOf(Reply.NotAsked.class);
        }
    }

    @Test
    void aNodeThatIsNotTheOneDialledIsNotAsked() throws Exception {
        for (String other : List.of("unknown", "elsewhere")) {
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
}
