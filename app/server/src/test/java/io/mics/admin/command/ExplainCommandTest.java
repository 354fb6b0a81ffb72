package io.mics.admin.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.testing.HandWrittenHttp;
import io.mics.testing.RawClient;
import io.mics.testing.node.CommandRun;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
@Tag("engine")
class ExplainCommandTest {
    private TestGateway gateway;
    private String url;

    @BeforeEach
    void start() {
        gateway = TestGateway.playground();
        url = "http://127.0.0.1:" + gateway.port();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private CommandRun explain(String... more) {
        String[] words = new String[more.length + 3];
        words[0] = "explain";
        words[1] = "--url=" + url;
        words[2] = "tenant=playground";
        System.arraycopy(more, 0, words, 3, more.length);
        return CommandRun.of(words);
    }

    @Test
    void anIdMayHaveAnythingInIt() throws IOException {
        List<String> ids = List.of("a/b", "100%", "a b+c", "%2F", "ünï 消息 🙂", "..", ".", ";a=b?c#d", "tenant=x", "\\");
        try (RawClient u1 = gateway.connect("u1", "d1")) {
            for (String id : ids) {
                u1.sendAcked("u2", id, "hello");
                CommandRun found = explain("--", id);
                assertThat(found.exitCode()).as(id + found).isZero();
                assertThat(found.out()).as(id).contains("received", "answered").doesNotContain("hello");
            }
            CommandRun json = explain("--json", "a/b");
            assertThat(json.out()).contains("\"msgId\":\"a/b\"", "\"steps\":[");
        }
    }

    @Test
    void ofAnUnknownIdItSaysWhyItMayBeUnknown() {
        for (String id : List.of("never", "a/b", "%")) {
            CommandRun unknown = explain(id);
            assertThat(unknown.exitCode()).as(id).isEqualTo(1);
            assertThat(unknown.err())
                    .hasLineCount(1)
                    .contains("never sent", "another tenant", "another node", "remembered any more");
        }
        CommandRun nobody = CommandRun.of("explain", "m1", "--tenant", "nobody", "--url", url + "/");
        assertThat(nobody.exitCode()).isEqualTo(69);
        assertThat(nobody.err()).contains("tenant is not the id of a tenant (400 from " + url);
    }

    @Test
    void saysInOneSentenceWhyNobodyAnswers() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Map<String, String> environment = Map.of("ADMIN_URL", "http://127.0.0.1:" + port);
        CommandRun nobody = CommandRun.in(environment, "explain", "m1", "tenant=t1");
        assertThat(nobody.exitCode()).isEqualTo(69);
        assertThat(nobody.err())
                .isEqualToIgnoringNewLines("nothing listens at http://127.0.0.1:" + port
                        + ": start the server, or name where it listens with --url");
        try (HandWrittenHttp other = HandWrittenHttp.start(connection -> {
            connection.expect();
            connection.send("-ERR unknown command\r\n");
        })) {
            CommandRun redis = CommandRun.of("explain", "m1", "tenant=t1", "url=http://127.0.0.1:" + other.port());
            assertThat(redis.exitCode()).isEqualTo(69);
            assertThat(redis.err()).hasLineCount(1).contains("does not answer as a MICS server does: name where");
        }
    }

    private static CommandRun answered(HandWrittenHttp.Script script, String... command) throws IOException {
        try (HandWrittenHttp hostile = HandWrittenHttp.start(connection -> {
            connection.expect();
            script.serve(connection);
        })) {
            String[] words = Arrays.copyOf(command, command.length + 1);
            words[command.length] = "url=" + hostile.url();
            return CommandRun.of(words);
        }
    }

    private static HandWrittenHttp.Script saying(String status, String body) {
        return connection -> connection.send(
                "HTTP/1.1 " + status + "\r\nConnection: close\r\n\r\n", body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anAddressThatIsNoneIsNamed() {
        for (String wrong : List.of("http://127.0.0.1:99999", "http://u:p@127.0.0.1:1", "ftp://127.0.0.1", "x", "")) {
            CommandRun run = CommandRun.of("explain", "m1", "tenant=t1", "url=" + wrong);
            assertThat(run.exitCode()).as(wrong).isEqualTo(64);
            assertThat(run.err()).as(wrong).startsWith("--url: http://host:port or https://host:port, not");
        }
    }

    @Test
    void whateverAServerSaysSteersNoTerminal() throws IOException {
        String steers = "\\u001b[2J\u009b2J\\n\u202e";
        CommandRun refused =
                answered(saying("404 Not Found", "{\"error\":\"" + steers + "\"}"), "explain", "m1", "tenant=t1");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).isEqualToIgnoringNewLines("?[2J?2J??");
        String step = "{\"at\":\"1\",\"what\":\"2\",\"who\":\"3\",\"detail\":\"" + steers + "\"}";
        CommandRun steps = answered(saying("200 OK", "{\"steps\":[" + step + ",7,{}]}"), "explain", "m1", "tenant=t1");
        assertThat(steps.exitCode()).isZero();
        assertThat(steps.out().lines()).containsExactly("1  2  3  ?[2J?2J??", "");
        CommandRun letters =
                answered(saying("200 OK", "{\"cause\":\"\u009b2J\"}\u001b[2J"), "dead-letters", "list", "tenant=t1");
        assertThat(letters.out()).doesNotContain("\u001b", "\u009b");
    }

    @Test
    void anotherServersAnswerIsNone() throws IOException {
        for (String other : List.of("{}", "{\"steps\":1}", "[]", "<html>", "")) {
            CommandRun run = answered(saying("200 OK", other), "explain", "m1", "tenant=t1");
            assertThat(run.exitCode()).as(other).isEqualTo(69);
            assertThat(run.err()).as(other).hasLineCount(1).contains("answered 200, as no MICS server does");
            assertThat(run.out()).as(other).isEmpty();
        }
    }

    @Test
    void anAnswerWithoutAnEndIsGivenUp() throws IOException {
        byte[] spaces = " ".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
        CommandRun endless = answered(
                connection -> {
                    connection.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
                    while (true) { // until the command hangs up
                        connection.send("", spaces);
                    }
                },
                "explain",
                "m1",
                "tenant=t1");
        assertThat(endless.exitCode()).isEqualTo(69);
        assertThat(endless.err()).hasLineCount(1).contains("does not answer as a MICS server does");
    }
}
