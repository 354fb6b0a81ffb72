package io.mics.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PlaygroundPageTest {
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final WebServer server = WebServer.builder()
            .host("127.0.0.1")
            .port(0)
            .addRouting(HttpRouting.builder().register("/", new PlaygroundPage(open::get, () -> false)))
            .build()
            .start();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        client.shutdownNow();
        server.stop();
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
        assertThat(get("/playground.html").statusCode()).isEqualTo(404);
    }

    @Test
    void isGoneAsSoonAsThePlaygroundCloses() throws IOException, InterruptedException {
        open.set(false);

        assertThat(get("/").statusCode()).isEqualTo(404);
        assertThat(get("/playground.js").statusCode()).isEqualTo(404);
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("(none)");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
