package io.mics.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.testing.node.CommandRun;
import io.mics.testing.node.TestGateway;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("engine")
class AdminApiTest {
    private static final String TENANTS = "tenants:\n  t1:\n    hooks: {base-url: \"http://127.0.0.1:1\"}\n";

    private static CommandRun command(TestGateway gateway, Map<String, String> environment, String... arguments) {
        List<String> all = new ArrayList<>(List.of("dead-letters"));
        all.addAll(List.of(arguments));
        all.add("url=http://127.0.0.1:" + gateway.port());
        return CommandRun.in(environment, all.toArray(String[]::new));
    }

    @Test
    void saysThatThereAreNoneWhereEventsStayInTheProcess() throws Exception {
        try (TestGateway gateway = TestGateway.start(TENANTS, "")) {
            assertThat(gateway.get("/internal/dead-letters?tenant=t1").body())
                    .isEqualTo("{\"deadLetters\":[],\"more\":false}");
            assertThat(command(gateway, Map.of(), "list", "tenant=t1").exitCode())
                    .isZero();
            CommandRun replay = command(gateway, Map.of(), "replay", "tenant=t1", "cause=too large & more");
            assertThat(replay.out()).contains("\"replayed\":0");
        }
    }

    @Test
    void namesTheParameterThatIsWrong() throws Exception {
        Map<String, String> wrong = Map.of(
                "tenant=nobody", "tenant",
                "", "tenant",
                "tenant=t1&limit=0", "limit",
                "tenant=t1&limit=1001", "limit",
                "tenant=t1&limit=x", "limit",
                "tenant=t1&type=SINGLE", "type",
                "tenant=t1&from=yesterday", "from",
                "tenant=t1&to=99999999999999999999", "to",
                "tenant=t1&tenants=t2", "tenants");
        try (TestGateway gateway = TestGateway.start(TENANTS, "")) {
            for (Map.Entry<String, String> query : wrong.entrySet()) {
                var answer = gateway.get("/internal/dead-letters?" + query.getKey());
                assertThat(answer.statusCode()).as(query.getKey()).isEqualTo(400);
                assertThat(answer.body()).as(query.getKey()).contains("\"field\":\"" + query.getValue() + "\"");
            }
            CommandRun printed = command(gateway, Map.of(), "list", "tenant=nobody");
            assertThat(printed.exitCode()).isEqualTo(69);
            assertThat(printed.err()).contains("400").contains("tenant");
        }
    }

    @Test
    void answersNobodyWithoutTheTokenOnceOneIsSet() throws Exception {
        try (TestGateway gateway = TestGateway.start(TENANTS, "admin-token: open-sesame")) {
            assertThat(gateway.get("/internal/dead-letters?tenant=t1").statusCode())
                    .isEqualTo(401);
            CommandRun wrong = command(gateway, Map.of("ADMIN_TOKEN", "wrong"), "list", "tenant=t1");
            assertThat(wrong.exitCode()).isEqualTo(69);
            assertThat(wrong.err()).hasLineCount(1).contains("does not take this ADMIN_TOKEN: set it to");
            CommandRun without = command(gateway, Map.of(), "list", "tenant=t1");
            assertThat(without.exitCode()).isEqualTo(69);
            assertThat(without.err()).hasLineCount(1).contains("wants its admin token: set ADMIN_TOKEN");
            assertThat(command(gateway, Map.of("ADMIN_TOKEN", "open-sesame"), "list", "tenant=t1")
                            .out())
                    .contains("deadLetters");
        }
    }

    @Test
    void aProxyOrABrowserOnThisMachineIsNoPeer() throws Exception {
        try (TestGateway gateway = TestGateway.start(TENANTS, "");
                HttpClient http = HttpClient.newHttpClient()) {
            URI hooks = URI.create("http://127.0.0.1:" + gateway.port() + "/internal/hooks");
            for (String header : List.of("X-Forwarded-For", "Forwarded", "X-Real-IP", "Origin", "Sec-Fetch-Site")) {
                HttpRequest request = HttpRequest.newBuilder(hooks)
                        .header(header, "203.0.113.7")
                        .build();
                assertThat(http.send(request, HttpResponse.BodyHandlers.discarding())
                                .statusCode())
                        .as(header)
                        .isEqualTo(404);
            }
            assertThat(gateway.get("/internal/hooks").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void hasAPortOfItsOwnWhereOneIsSet() throws Exception {
        int port = freePort();
        try (TestGateway gateway = TestGateway.start(TENANTS, "internal-port: " + port)) {
            assertThat(gateway.get("/internal/dead-letters?tenant=t1").statusCode())
                    .isEqualTo(404);
            CommandRun wrong = command(gateway, Map.of(), "list", "tenant=t1");
            assertThat(wrong.exitCode()).isEqualTo(69);
            assertThat(wrong.err()).contains("answers nothing under /internal", "internal port with --url");
            CommandRun right =
                    CommandRun.of("dead-letters", "list", "--tenant", "t1", "--url=http://127.0.0.1:" + port);
            assertThat(right.exitCode()).isZero();
            assertThat(right.out()).contains("deadLetters");
        }
    }

    @Test
    void aWrongCommandLineSaysHowItIsDone() throws Exception {
        try (TestGateway gateway = TestGateway.start(TENANTS, "")) {
            for (String[] wrong : new String[][] {{}, {"delete"}, {"list", "tenent=t1"}, {"list", "t1"}}) {
                CommandRun printed = command(gateway, Map.of(), wrong);
                assertThat(printed.exitCode()).isEqualTo(64);
                assertThat(printed.err()).contains("java -jar mics.jar dead-letters");
            }
        }
    }

    private static int freePort() throws java.io.IOException {
        try (var socket = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
