package io.mics.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.http.Status;
import io.helidon.webclient.http1.Http1Client;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

@ServerTest
@ResourceLock("Helidon's indicators, which it sets up for one server at a time")
final class HealthEndpointTest {
    private final Http1Client client;

    HealthEndpointTest(Http1Client client) {
        this.client = client;
    }

    @SetUpServer
    static void server(WebServerConfig.Builder server) {
        server.addFeature(new Observability(new Metrics()).feature("/m", "/h", "/r"));
    }

    @Test
    void answersOnTheGivenPathsOnly() {
        assertThat(status("/h")).isEqualTo(Status.OK_200);
        assertThat(status("/r")).isEqualTo(Status.OK_200);
        assertThat(status("/healthz")).isEqualTo(Status.NOT_FOUND_404);
    }

    private Status status(String path) {
        try (var response = client.get(path).request()) {
            return response.status();
        }
    }
}
