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
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** README's "Your own tenant" and "Hooks", one step after the other, at one gateway. */
@Timeout(600)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init")
@Tag("engine")
class ReadmeTenantTest {
    @TempDir
    private static Path folder;

    private static Newcomer newcomer;
    private static Path log;
    private static int messages;

    @BeforeAll
    static void start() throws Exception {
        newcomer = new Newcomer(folder, Map.of());
        newcomer.follow(sh("cp -r config my-config"));
        log = newcomer.start(sh("# the server"));
        newcomer.awaitPort("8080");
        newcomer.start(sh("HOOK_GROUP_MEMBERS"));
        newcomer.awaitPort("8081");
        newcomer.follow(sh("cat >my-config/tenants.yaml"));
        newcomer.awaitText(log, "tenants_reloaded");
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

    /** What a message is answered. */
    private static String answer(String text) throws IOException {
        try (RawClient sender = RawClient.upgraded(
                newcomer.port("8080"), RawClient.query("t1", "valid:u1", "test") + "&protocol=json")) {
            sender.read();
            sender.sendText("{\"type\":\"send-message\",\"data\":{\"tempMessageId\":\"m-" + ++messages + "\","
                    + "\"conversationId\":\"single:u1:u9\",\"content\":\"" + text + "\"}}");
            return sender.read().text();
        }
    }

    @Test
    @Order(1)
    void theTenantIsThereWithoutARestart() throws Exception {
        newcomer.follow(sh("--group group-1"));
    }

    @Test
    @Order(1)
    void theExampleBackendPassesTheConformanceKit() throws Exception {
        newcomer.follow(sh("ConformanceKit http"));
    }

    @Test
    @Order(2)
    void hooksThatAreNotThereLetMessagesPassAndAreNamed() throws Exception {
        newcomer.follow(sh("cat >my-config/hooks.yaml"));
        newcomer.awaitText(log, "mics_hook_reloads_total");
        newcomer.awaitText(log, "plugin_not_found");
        newcomer.follow(sh("is anybody there"));
        newcomer.awaitText(log, "connection refused");
        needs("curl");
        newcomer.follow(sh("doctor --config my-config || true"));
    }

    @Test
    @Order(3)
    void aListenerPrintsCalls() throws Exception {
        Path printed = newcomer.start(sh("hooks listen"));
        newcomer.awaitPort("9300");
        assertThat(answer("hello")).contains("\"sent\"");
        newcomer.awaitText(printed, "signature verified");
        assertThat(printed).content().contains("hook words@1.0.0", "curl ");
        newcomer.end();
    }

    @Test
    @Order(4)
    void theHookInPythonChecksSignaturesAndStopsMessages() throws Exception {
        needs("python3");
        Path errors = Newcomer.errors(newcomer.start(sh("ThreadingHTTPServer")));
        newcomer.awaitPort("9300");
        assertThat(answer("hello")).contains("\"sent\"");
        assertThat(answer("spam")).contains("\"failed\"", "no spam, u1");
        assertThat(ReadmeCalls.status(newcomer.port("9300"), "{}", Map.of()))
                .as("unsigned")
                .isEqualTo(401);
        assertThat(ReadmeCalls.status(newcomer.port("9300"), "{}", ReadmeCalls.signed("change-me", "{}", 3_600)))
                .as("an hour old")
                .isEqualTo(401);
        newcomer.follow(sh("9300/hook change-me"));
        assertThat(errors).content().doesNotContain("Traceback");
        newcomer.end();
    }

    @Test
    @Order(5)
    void threeHooksAnswerWithACodeAndATextOfTheirOwn() throws Exception {
        newcomer.start(sh("WebhookReceiver.builder()"));
        newcomer.save("my-config/RulesHook.java", Readme.example("java", "class RulesHook"));
        newcomer.start(sh("java -cp app/target/mics.jar my-config/RulesHook.java"));
        newcomer.follow(sh("example-plugin.jar"));
        newcomer.awaitPort("9300");
        newcomer.awaitPort("9301");
        newcomer.awaitAnswer(() -> answer("a hoax"), "blocked word");
        newcomer.awaitAnswer(() -> answer("stop!!!"), "no shouting");
        newcomer.follow(sh("for text in hello spam"));
    }

    @Test
    @Order(6)
    void anOverrideIsMergedIntoTheFile() throws Exception {
        needs("curl");
        assertThat(newcomer.follow(sh("mode: shadow"))
                        .lines()
                        .skip(1)
                        .findFirst()
                        .orElseThrow())
                .as("what it takes out")
                .doesNotContain("rules@");
    }

    @Test
    @Order(7)
    void deadLettersAreListedAndSentOnceMore() throws Exception {
        needs("curl");
        newcomer.follow(sh("/internal/dead-letters/replay"));
    }
}
