package io.mics.admin.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.sdk.hook.WebhookReceiver;
import io.mics.sdk.plugin.HookResult;
import io.mics.testing.Await;
import io.mics.testing.RawClient;
import io.mics.testing.node.CommandRun;
import io.mics.testing.node.TestGateway;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@Tag("engine")
class ChatCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String input, String... arguments) {
        return run(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), out, arguments);
    }

    private int run(InputStream input, ByteArrayOutputStream printed, String... arguments) {
        return CommandRun.in(
                CommandRun.terminal(input, printed, err, Map.of()),
                Stream.concat(Stream.of("chat"), Stream.of(arguments)).toArray(String[]::new));
    }

    private static void quit(PipedOutputStream typed) throws IOException {
        typed.write("/quit\n".getBytes(StandardCharsets.UTF_8));
        typed.flush();
    }

    private static String at(TestGateway gateway) {
        return "url=ws://127.0.0.1:" + gateway.port() + "/ws";
    }

    @Test
    void twoTerminalsChatWithEachOtherAndWithAGroup() throws Exception {
        ByteArrayOutputStream other = new ByteArrayOutputStream();
        try (TestGateway gateway = TestGateway.playground();
                PipedOutputStream typed = new PipedOutputStream();
                PipedInputStream input = new PipedInputStream(typed);
                ExecutorService terminals = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Integer> listening = terminals.submit(() -> run(input, other, at(gateway), "--token=valid:u2"));
            Await.until(
                    "u2 is there", () -> other.toString(StandardCharsets.UTF_8).contains("connected as u2"));

            assertThat(run("hello\n/group group-1\nto all\n", at(gateway), "to=u2"))
                    .isZero();

            Await.until(
                    "both arrived", () -> other.toString(StandardCharsets.UTF_8).contains("u1 in group-1: to all"));
            assertThat(other.toString(StandardCharsets.UTF_8)).contains("u1: hello");
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .contains(
                            "connected as u1, device terminal",
                            "  [1] sent: delivered to 1 device",
                            "  [2] sent: delivered to 2 devices of 2 of 3 members, stored offline for 1 member");
            quit(typed);
            assertThat(listening.get()).isZero();
            gateway.awaitEmpty();
        }
    }

    @Test
    void aMessageNeitherSteersTheTerminalNorPassesForAnothers() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (TestGateway gateway = TestGateway.playground();
                PipedOutputStream typed = new PipedOutputStream();
                PipedInputStream input = new PipedInputStream(typed);
                ExecutorService terminals = Executors.newVirtualThreadPerTaskExecutor();
                RawClient u1 = gateway.connect("u1", "d1")) {
            Future<Integer> listening = terminals.submit(() -> run(input, printed, at(gateway), "token=valid:u2"));
            Await.until(
                    "u2 is there",
                    () -> printed.toString(StandardCharsets.UTF_8).contains("connected as u2"));
            u1.sendAcked("u2", "m1", "\u001b]52;c;ZXZpbA==\u0007\u009b2J\nu3: trust me\ru4: me, too.");
            Await.until(
                    "it arrived", () -> printed.toString(StandardCharsets.UTF_8).contains("me, too."));
            quit(typed);
            assertThat(listening.get()).isZero();
            assertThat(printed.toString(StandardCharsets.UTF_8).lines().skip(1))
                    .containsExactly("u1: ?]52;c;ZXZpbA==??2J", "      u3: trust me", "      u4: me, too.");
        }
    }

    @Test
    void saysWhatBecameOfEachMessage() throws Exception {
        try (WebhookReceiver rules = WebhookReceiver.builder()
                        .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .secrets("s")
                        .preSend(
                                (context, draft) -> new String(draft.payload(), StandardCharsets.UTF_8).contains("hoax")
                                        ? new HookResult.Stop(4711, "blocked word")
                                        : new HookResult.Continue(draft))
                        .start();
                TestGateway gateway = TestGateway.startNode(
                        "node-1",
                        "",
                        "",
                        "hooks: {pre-send: [{name: words, timeout: 5s, transport: {type: webhook, url: "
                                + "'http://127.0.0.1:" + rules.port() + "/hook', secrets: [s]}}]}")) {
            assertThat(run("to nobody\na hoax\n/explain\n/explain 9\n/group nowhere\nhello\n", at(gateway), "to=u9"))
                    .isZero();
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .contains(
                            "  [1] sent: stored offline: u9 is not connected",
                            "  [2] failed: code 4711, blocked word",
                            "  [2] is message terminal-",
                            " answered: terminal FAILED, refused: blocked word",
                            "there is no message 9 of yours",
                            "  [3] failed: the group has no members, or there is no such group (group members empty)");
        }
    }

    @Test
    void takesMessagesBack() throws Exception {
        ByteArrayOutputStream other = new ByteArrayOutputStream();
        try (TestGateway gateway = TestGateway.playground();
                PipedOutputStream typed = new PipedOutputStream();
                PipedInputStream input = new PipedInputStream(typed);
                ExecutorService terminals = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Integer> listening = terminals.submit(() -> run(input, other, at(gateway), "token=valid:u2"));
            Await.until(
                    "u2 is there", () -> other.toString(StandardCharsets.UTF_8).contains("connected as u2"));
            assertThat(run("/recall\nfirst\nsecond\n/recall 1\n/recall\n", at(gateway), "to=u2"))
                    .isZero();
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .contains("nothing was sent yet", "u1 took back [1]", "u1 took back [2]");
            Await.until(
                    "taken back there",
                    () -> other.toString(StandardCharsets.UTF_8).contains("u1 took back \"second\""));
            assertThat(other.toString(StandardCharsets.UTF_8)).contains("u1 took back \"first\"");
            quit(typed);
            assertThat(listening.get()).isZero();
        }
    }

    @Test
    void comesBackWhenTheServerSaysAndSendsWhatWasWrittenMeanwhile() throws Exception {
        TestGateway first = TestGateway.playground();
        int port = first.port();
        try (PipedOutputStream typed = new PipedOutputStream();
                PipedInputStream input = new PipedInputStream(typed);
                ExecutorService terminals = Executors.newVirtualThreadPerTaskExecutor()) {
            String at = at(first);
            Future<Integer> chat = terminals.submit(() -> run(input, out, at, "to=u1"));
            Await.until("connected", () -> out.toString(StandardCharsets.UTF_8).contains("connected as u1"));
            first.close();
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .containsPattern("closed 4200 – the server is shutting down \\(server says: \"draining; "
                            + "reconnect=\\d+ms\"\\); connecting again in \\d+\\.\\d s");
            typed.write("written meanwhile\n".getBytes(StandardCharsets.UTF_8));
            typed.flush();
            try (TestGateway second = TestGateway.playgroundOn(port)) {
                Await.until(
                        "sent",
                        () -> out.toString(StandardCharsets.UTF_8).contains("  [1] sent: delivered to 1 device"));
                assertThat(out.toString(StandardCharsets.UTF_8)).contains("u1: written meanwhile");
                quit(typed);
                assertThat(chat.get()).isZero();
                second.awaitEmpty();
            }
        }
    }

    @Test
    void leavesWithoutAnotherLineWhenTheConnectionIsLostForGood() throws Exception {
        try (TestGateway gateway = TestGateway.playground();
                PipedOutputStream typed = new PipedOutputStream();
                PipedInputStream input = new PipedInputStream(typed);
                ExecutorService terminals = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Integer> chat = terminals.submit(() -> run(input, out, at(gateway)));
            Await.until("connected", () -> out.toString(StandardCharsets.UTF_8).contains("connected as u1"));
            try (RawClient newer = gateway.connect("u1", "terminal")) {
                assertThat(chat.get()).isEqualTo(69);
                assertThat(newer).isNotNull();
            }
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .contains("closed 4409 – the same device connected elsewhere");
        }
    }

    @Test
    void saysWhyThereIsNoConnection() throws Exception {
        try (TestGateway gateway = TestGateway.playground()) {
            assertThat(run("hello\n", at(gateway), "--token", "nonsense", "to=u2"))
                    .isEqualTo(69);
            assertThat(out.toString(StandardCharsets.UTF_8)).contains("closed 4001", "another token with --token");
        }
    }

    @Test
    void saysInOneSentenceWhyNobodyAnswers() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        assertThat(run("hello\n", "url=ws://127.0.0.1:" + port + "/ws", "to=u2"))
                .isEqualTo(69);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .hasLineCount(1)
                .contains("nothing listens at ws://127.0.0.1:" + port + ": start the server, or name where");
        out.reset();
        try (TestGateway gateway = TestGateway.playground()) {
            assertThat(run("hello\n", "url=ws://127.0.0.1:" + gateway.port() + "/healthz", "to=u2"))
                    .isEqualTo(69);
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .hasLineCount(1)
                    .contains(" to the handshake: name the server's public port and /ws with --url");
        }
    }

    @Test
    void saysOnceThatTheNumberOfDevicesNeedsTheAdminToken() throws Exception {
        try (TestGateway gateway = TestGateway.start("", "admin-token: open-sesame")) {
            assertThat(run("one\ntwo\n", at(gateway), "tenant=" + TestGateway.TENANT, "to=u9"))
                    .isZero();
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .contains("  [1] sent", "  [2] sent")
                    .containsOnlyOnce("says only with its ADMIN_TOKEN: set it");
        }
    }

    @Test
    void saysThatTheBackendDidNotAnswerRatherThanThatALimitWasReached() {
        assertThat(ChatWords.closed(4429, "auth unavailable"))
                .isEqualTo("4429 – the tenant’s backend, which says who may log in, did not answer"
                        + " (server says: \"auth unavailable\")");
        assertThat(ChatWords.closed(4429, "device limit reached")).contains("a limit was reached");
    }

    @Test
    void asksForARecipientAndSendsNothingUntilThereIsOne() throws IOException, InterruptedException {
        try (TestGateway gateway = TestGateway.playground()) {
            assertThat(run("hello\n", at(gateway))).isZero();
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .contains("to whom?")
                    .doesNotContain("sent");
            gateway.awaitEmpty();
        }
    }

    @Test
    void refusesWhatItDoesNotUnderstand() {
        assertThat(run("", "nonsense")).isEqualTo(64);
        assertThat(run("", "url=http://127.0.0.1/ws")).isEqualTo(64);
        assertThat(run("", "to=u2", "group=g")).isEqualTo(64);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("not understood: nonsense", "--url: not a ws://", "--to and --group", "mics.jar chat --help");
        assertThat(run("", "--help")).isZero();
    }
}
