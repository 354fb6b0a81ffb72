package io.mics.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.observe.Metric;
import io.mics.testing.node.DurableSeries;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("engine")
class SeriesOfANodeTest {
    @Test
    void whatATenantHasBecauseThereAreOtherNodesIsThereFromTheStart() throws IOException {
        List<String> expected = Arrays.stream(Metric.values())
                .filter(metric -> !DurableSeries.has(metric))
                .filter(metric -> metric.labels().contains("tenant"))
                .filter(metric -> !metric.labels().contains("hook"))
                .map(metric -> metric.prometheusName() + (metric.kind() == Metric.Kind.HISTOGRAM ? "_count" : ""))
                .toList();
        try (ThreeNodes cluster = new ThreeNodes("")) {
            TestGateway first = cluster.nodes.getFirst();
            String text = first.get("/metrics").body();
            assertThat(expected)
                    .allSatisfy(name -> assertThat(text)
                            .containsPattern("(?m)^" + name + "\\{[^}]*tenant=\"" + ThreeNodes.TENANT + "\""));
        }
    }
}
