package io.mics.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.http.HttpRouting;
import io.mics.listener.Listener;
import io.mics.listener.Protocol;
import io.mics.observe.TraceBuffer;
import io.mics.testing.gateway.TestPorts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PlaygroundPageTest {
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final TraceBuffer traces = new TraceBuffer(10, Clock.systemUTC());
    private final PlaygroundQueries queries = new PlaygroundQueries(
            () -> new PlaygroundQueries.About(
                    true, List.of("playground", "stored"), List.of("stored"), "", List.of("group-1", "a \"b\""), 0),
            traces);
    private final Listener server = Listener.open(
            TestPorts.http("page"),
            Protocol.http1(HttpRouting.builder()
                    .register("/", new PlaygroundPage("/", new PlaygroundGuard(open::get, () -> false), queries))),
            TestPorts.ports());
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        client.shutdownNow();
        server.close();
    }

    @Test
    void servesThePageAsHtmlThatMayLoadOnlyItsOwn() throws IOException, InterruptedException {
        var answer = get("/");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("<title>MICS playground</title>");
        assertThat(header(answer, "content-type")).isEqualTo("text/html; charset=utf-8");
        assertThat(header(answer, "cache-control")).isEqualTo("no-cache");
        assertThat(header(answer, "content-security-policy"))
                .startsWith("default-src 'self'; connect-src 'self' ws: wss:");
        assertThat(header(answer, "x-content-type-options")).isEqualTo("nosniff");
    }

    @Test
    void servesTheAssetsThePageNames() throws IOException, InterruptedException {
        assertThat(header(get("/playground.js"), "content-type")).isEqualTo("text/javascript; charset=utf-8");
        assertThat(header(get("/playground.css"), "content-type")).isEqualTo("text/css; charset=utf-8");
        assertThat(header(get("/playground.svg"), "content-type")).isEqualTo("image/svg+xml");
        assertThat(header(get("/playground-words.json"), "content-type")).isEqualTo("application/json");
        assertThat(get("/playground.html").statusCode()).isEqualTo(404);
    }

    @Test
    void isGoneAsSoonAsThePlaygroundCloses() throws IOException, InterruptedException {
        open.set(false);

        var answer = get("/");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("/internal/playground", "playground.page: true");
        assertThat(header(answer, "content-type")).startsWith("text/plain");
        assertThat(get("/playground.js").statusCode()).isEqualTo(404);
        assertThat(get("/playground.js").body()).isEmpty();
    }

    @Test
    void saysWhatThereIsToChatWith() throws IOException, InterruptedException {
        assertThat(get("/playground/about").body())
                .isEqualTo("{\"playground\":true,\"port\":0,\"tenants\":[\"playground\",\"stored\"],"
                        + "\"durable\":[\"stored\"],\"note\":\"\","
                        + "\"groups\":[\"group-1\",\"a \\\"b\\\"\"]}");
    }

    @Test
    void explainsMessagesOfItsTenantsAlone() throws IOException, InterruptedException {
        traces.note("playground", "m1", "received", "u1", () -> "from device d1");
        traces.note("other", "m1", "received", "u1", () -> "a secret");

        assertThat(get("/playground/explain?tenant=playground&msgId=m1").body())
                .contains("\"what\":\"received\"", "\"who\":\"u1\"", "from device d1");
        assertThat(get("/playground/explain?tenant=other&msgId=m1").body()).isEqualTo("{\"reach\":\"\",\"steps\":[]}");
        assertThat(get("/playground/explain").body()).isEqualTo("{\"reach\":\"\",\"steps\":[]}");
        open.set(false);
        assertThat(get("/playground/explain?tenant=playground&msgId=m1").statusCode())
                .isEqualTo(404);
    }

    @Test
    void isNotThereUnderANameThatIsNotThisMachines() throws IOException {
        assertThat(statusAs("localhost:" + server.port())).contains("200");
        assertThat(statusAs("[::1]:" + server.port())).contains("200");
        assertThat(statusAs("rebound.example:" + server.port())).contains("404");
        assertThat(statusAs("127.evil.example")).contains("404");
        assertThat(statusAs("127.0.0.256:" + server.port())).contains("404");
    }

    private String statusAs(String host) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream()
                    .write(("GET /playground/about HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        }
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("(none)");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
