package io.mics.api.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.testing.TestGateway;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ChatCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private static PrintStream print(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    private int run(String input, String... arguments) {
        return ChatCommand.run(
                List.of(arguments),
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                print(out),
                print(err));
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
            Future<Integer> listening = terminals.submit(
                    () -> ChatCommand.run(List.of(at(gateway), "token=valid:u2"), input, print(other), print(err)));
            TestGateway.await(
                    "u2 is there", () -> other.toString(StandardCharsets.UTF_8).contains("connected as u2"));

            assertThat(run("hello\n/group group-1\nto all\n", at(gateway), "to=u2"))
                    .isZero();

            TestGateway.await(
                    "both arrived", () -> other.toString(StandardCharsets.UTF_8).contains("u1 in group-1: to all"));
            assertThat(other.toString(StandardCharsets.UTF_8)).contains("u1: hello");
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .contains("connected as u1, device terminal", "  sent  (terminal-");
            typed.write("/quit\n".getBytes(StandardCharsets.UTF_8));
            typed.flush();
            assertThat(listening.get()).isZero();
            gateway.awaitEmpty();
        }
    }

    @Test
    void saysWhyThereIsNoConnection() throws Exception {
        try (TestGateway gateway = TestGateway.playground()) {
            assertThat(run("hello\n", at(gateway), "token=nonsense", "to=u2")).isEqualTo(69);
            assertThat(out.toString(StandardCharsets.UTF_8)).contains("closed 4001");
        }
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
                .contains("not understood: nonsense", "url: not a ws://", "to and group", "java -jar mics.jar chat");
        assertThat(run("", "--help")).isZero();
    }
}
