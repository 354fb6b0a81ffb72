package io.mics.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.WebServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock("Helidon's indicators, which it sets up for one server at a time")
final class ObservabilityTest {
    private final Metrics metrics = new Metrics(3);
    private final AtomicReference<Optional<String>> draining = new AtomicReference<>(Optional.empty());
    private final HttpClient client = HttpClient.newHttpClient();
    private final WebServer server = WebServer.builder()
            .host("127.0.0.1")
            .port(0)
            .shutdownHook(false)
            .addFeature(new Observability(metrics)
                    .check("drain", draining::get)
                    .detail("config", () -> Optional.of("last reload failed: line 3"))
                    .feature())
            .build()
            .start();

    @AfterEach
    void stop() {
        server.stop();
        metrics.close();
    }

    @Test
    void exportsCountersUnderTheirExactNamesAndLabels() throws Exception {
        metrics.counter(Metric.WS_DISCONNECTED, "t1", "n1", "1006").add(3);
        metrics.counter(Metric.WS_DISCONNECTED, "t1", "n1", "1006").increment();
        metrics.counter(Metric.MESSAGES_FAILED, "t1");

        assertThat(get("/metrics").body())
                .contains("# TYPE mics_ws_disconnected_total counter")
                .containsPattern("(?m)^mics_ws_disconnected_total\\{code=\"1006\",node=\"n1\",tenant=\"t1\",?} 4.0$")
                .containsPattern("(?m)^mics_messages_failed_total\\{tenant=\"t1\",?} 0.0$")
                .doesNotContain("scope=");
    }

    @Test
    void exportsEveryMetricOfTheTable() throws Exception {
        for (Metric metric : Metric.values()) {
            String[] values = metric.labels().toArray(String[]::new);
            switch (metric.kind()) {
                case COUNTER -> metrics.counter(metric, values).increment();
                case GAUGE -> metrics.gauge(metric, () -> 7, values);
                case HISTOGRAM -> metrics.histogram(metric, values).record(3);
            }
        }
        String text = get("/metrics").body();
        for (Metric metric : Metric.values()) {
            String suffix = metric.kind() == Metric.Kind.HISTOGRAM ? "_count" : "";
            String labels = String.join(
                    ",",
                    metric.labels().stream()
                            .sorted()
                            .map(label -> label + "=\"" + label + "\"")
                            .toList());
            assertThat(text)
                    .as(metric.prometheusName())
                    .containsPattern("(?m)^" + metric.prometheusName() + suffix + "\\{" + labels + ",?} ");
        }
    }

    @Test
    void exportsDurationsAsBucketsInMilliseconds() throws Exception {
        metrics.histogram(Metric.HOOK_DURATION, "timed", "Auth").record(3);
        metrics.histogram(Metric.HOOK_DURATION, "timed", "Auth").record(700);

        assertThat(get("/metrics").body())
                .contains("# TYPE mics_hook_duration_ms histogram")
                .containsPattern("mics_hook_duration_ms_bucket\\{op=\"Auth\",tenant=\"timed\",le=\"2.5\",?} 0.0")
                .containsPattern("mics_hook_duration_ms_bucket\\{op=\"Auth\",tenant=\"timed\",le=\"5.0\",?} 1.0")
                .containsPattern("mics_hook_duration_ms_bucket\\{op=\"Auth\",tenant=\"timed\",le=\"1000.0\",?} 2.0")
                .containsPattern("mics_hook_duration_ms_sum\\{op=\"Auth\",tenant=\"timed\",?} 703.0");
    }

    @Test
    void asksGaugesAtEveryScrapeAndLetsTheNewestSupplierSpeak() throws Exception {
        AtomicLong connections = new AtomicLong(5);
        metrics.gauge(Metric.WS_CONNECTIONS, () -> 1, "n7");
        metrics.gauge(Metric.WS_CONNECTIONS, connections::get, "n7");
        assertThat(get("/metrics").body()).containsPattern("mics_ws_connections\\{node=\"n7\",?} 5.0");
        connections.set(6);
        assertThat(get("/metrics").body()).containsPattern("mics_ws_connections\\{node=\"n7\",?} 6.0");
    }

    @Test
    void countsTenantsBeyondTheBoundTogether() throws Exception {
        for (int i = 0; i < 5; i++) {
            metrics.counter(Metric.DEDUP_HITS, "bounded" + i).increment();
        }
        assertThat(get("/metrics").body())
                .contains("mics_dedup_hits_total{tenant=\"bounded2\"")
                .doesNotContain("mics_dedup_hits_total{tenant=\"bounded3\"")
                .containsPattern("mics_dedup_hits_total\\{tenant=\"other\",?} 2.0");
    }

    @Test
    void addsUpNodesOfOneProcessUntilTheyClose() throws Exception {
        metrics.counter(Metric.GROUP_MESSAGES, "shared").add(2);
        Metrics second = new Metrics();
        second.counter(Metric.GROUP_MESSAGES, "shared").add(40);
        second.export();
        assertThat(get("/metrics").body()).containsPattern("mics_group_messages_total\\{tenant=\"shared\",?} 42.0");
        second.close();
        assertThat(get("/metrics").body()).containsPattern("mics_group_messages_total\\{tenant=\"shared\",?} 2.0");
    }

    @Test
    void aSeriesThatEndedIsNotExportedAndBeginsAnewAtZero() throws Exception {
        metrics.counter(Metric.GRPC_CIRCUIT_OPEN, "gone").add(3);
        metrics.counter(Metric.GRPC_CIRCUIT_OPEN, "stays").add(4);
        metrics.end(Metric.GRPC_CIRCUIT_OPEN, "gone");
        assertThat(get("/metrics").body())
                .doesNotContain("node=\"gone\"")
                .containsPattern("mics_grpc_circuit_open_total\\{node=\"stays\",?} 4.0");
        metrics.counter(Metric.GRPC_CIRCUIT_OPEN, "gone").increment();
        assertThat(get("/metrics").body()).containsPattern("mics_grpc_circuit_open_total\\{node=\"gone\",?} 1.0");
    }

    @Test
    void livesWhileTheProcessLives() throws Exception {
        draining.set(Optional.of("draining"));
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    void isReadyWithDetailsThatDoNotFailIt() throws Exception {
        HttpResponse<String> ready = get("/readyz");
        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(ready.body()).contains("\"UP\"", "last reload failed: line 3");
    }

    @Test
    void saysWhyItIsNotReady() throws Exception {
        draining.set(Optional.of("draining; 3 sessions left"));
        HttpResponse<String> ready = get("/readyz");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).contains("\"drain\"", "\"DOWN\"", "\"reason\":\"draining; 3 sessions left\"");
    }

    private HttpResponse<String> get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
