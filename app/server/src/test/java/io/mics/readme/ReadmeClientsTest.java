package io.mics.readme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mics.readme.Readme.Example;
import io.mics.testing.RawClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** README from "The jar" to "Talk to it": a playground from a copied configuration, and who speaks to it. */
@Timeout(600)
@SuppressWarnings("NullAway.Init")
@Tag("engine")
class ReadmeClientsTest {
    @TempDir
    private static Path folder;

    private static Newcomer newcomer;

    @BeforeAll
    static void start() throws Exception {
        newcomer = new Newcomer(folder, Map.of());
        newcomer.follow(sh("cp -r config my-config"));
        newcomer.start(sh("# the server"));
        newcomer.awaitPort("8080");
    }

    @AfterAll
    static void stop() throws IOException {
        try {
            assertThat(newcomer.changedFiles()).as("what git sees").isEmpty();
        } finally {
            newcomer.close();
        }
    }

    private static Example sh(String containing) {
        return Readme.example("sh", containing);
    }

    private static void needs(String program) {
        assumeTrue(Newcomer.has(program), program + " is not on this machine");
    }

    @Test
    void theJarSaysWhatItCanDoAndWhetherAllIsWell() throws Exception {
        assertThat(newcomer.follow(sh("--check-config"))).contains("--config", "configuration is valid", "OK ");
    }

    @Test
    void aUserInATerminalWritesALine() throws Exception {
        assertThat(newcomer.follow(sh("--to u2     # you are u1"), "hello\n/quit\n", 0))
                .contains("connected as u1", "sent");
    }

    @Test
    void websocatSendsAndReceives() throws Exception {
        needs("websocat");
        newcomer.follow(sh("websocat"));
    }

    @Test
    void curlShowsWhatComes() throws Exception {
        needs("curl");
        newcomer.follow(sh("curl -sN"), "", 28); // its own time is up
    }

    @Test
    void pythonSendsAndReceives() throws Exception {
        needs("python3");
        newcomer.follow(sh("class Client"));
    }

    @Test
    void javaSendsAndReceives() throws Exception {
        newcomer.follow(sh("hello from Java"));
    }

    @Test
    void whatBecameOfAMessageIsExplained() throws Exception {
        needs("curl");
        try (RawClient sender = RawClient.upgraded(
                newcomer.port("8080"), RawClient.query("playground", "valid:u1", "explain") + "&protocol=json")) {
            sender.read();
            sender.sendText("{\"type\":\"send-message\",\"data\":{\"tempMessageId\":\"m-2\","
                    + "\"conversationId\":\"single:u1:u8\",\"content\":\"hello\"}}");
            sender.read();
        }
        newcomer.follow(sh("/explain?tenant=playground"));
    }
}
