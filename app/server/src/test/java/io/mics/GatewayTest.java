package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.hook.CallResult;
import io.mics.observe.Metric;
import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.MessageAck;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.sdk.hook.example.BackendSettings;
import io.mics.sdk.hook.example.ExampleBackend;
import io.mics.testing.RawClient;
import io.mics.testing.node.DurableSeries;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("engine")
class GatewayTest {
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway.playground();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void carriesAMessageToEveryDeviceOfItsRecipient() throws IOException {
        try (RawClient sender = gateway.connect("a1", "d1");
                RawClient phone = gateway.connect("a2", "phone");
                RawClient laptop = gateway.connect("a2", "laptop")) {
            MessageAck ack = sender.sendAcked("a2", "1", "hi");
            assertThat(ack.getStatus()).isEqualTo(AckStatus.SENT);
            assertThat(ack.getMsgId()).isEqualTo("1");
            for (RawClient device : new RawClient[] {phone, laptop}) {
                MessageRequest got = device.readDelivery();
                assertThat(got.getUserId()).isEqualTo("a1");
                assertThat(got.getDeviceId()).isEqualTo("d1");
                assertThat(got.getTenantId()).isEqualTo(TestGateway.TENANT);
                assertThat(got.getMsgBody().toStringUtf8()).isEqualTo("hi");
            }
        }
    }

    @Test
    void givesEveryPermitBack() throws IOException {
        try (RawClient sender = gateway.connect("p1", "d1")) {
            sender.sendAcked("p2", "1", "hi");
            assertThat(gateway.get("/metrics").body()).contains("limit=\"concurrent-sends\"");
            assertThat(gateway.metric("mics_limit_permits_in_use")).isZero();
        }
    }

    @Test
    void exportsEverySeriesOfATenantFromItsFirstConnection() throws IOException {
        Set<Metric> notFedYet = EnumSet.of(
                Metric.GROUP_OFFLINE_NOTIFIED,
                Metric.OFFLINE_NOTIFIED,
                Metric.OFFLINE_DRAINED_FROM_HOOK,
                Metric.GRPC_FORWARD_FAILED,
                Metric.GRPC_FORWARD_DURATION,
                Metric.GRPC_IN_DURATION,
                Metric.ROUTES_STALE,
                Metric.DEDUP_WINDOWS_LOST,
                Metric.REDELIVERIES_DROPPED,
                Metric.REDIS_FALLBACK);
        String tenants = "tenants: {fresh: {hooks: {base-url: \"%s\"}}}";
        try (ExampleBackend backend = new ExampleBackend(BackendSettings.forTests(""));
                TestGateway own = TestGateway.start(tenants.formatted(backend.baseUrl()), "");
                RawClient client = RawClient.connect(own.port(), "fresh", "a", "d1")) {
            List<String> lines = own.get("/metrics")
                    .body()
                    .lines()
                    .filter(line -> line.contains("tenant=\"fresh\""))
                    .toList();
            for (Metric metric : Metric.values()) {
                boolean perHook = metric.labels().contains("hook");
                boolean durable = DurableSeries.has(metric);
                if (metric.labels().contains("tenant") && !perHook && !durable && !notFedYet.contains(metric)) {
                    assertThat(lines).as(metric.prometheusName()).anyMatch(line -> isSeriesOf(metric, line));
                }
            }
            assertThat(lines.stream().filter(line -> !line.endsWith(" 0.0") && !line.contains("_ms_")))
                    .as("counted although nothing happened")
                    .allMatch(line -> line.startsWith("mics_ws_connected_total{")
                            || (line.startsWith("mics_hook_requests_total{") && line.contains("op=\"Auth\"")));
            assertThat(series(lines, Metric.MESSAGES_IN, "type")).containsExactlyInAnyOrder("SingleChat", "GroupChat");
            assertThat(series(lines, Metric.RATE_LIMITED, "kind"))
                    .containsExactlyInAnyOrder("connection_limit", "message_qps");
            assertThat(series(lines, Metric.HOOK_REQUESTS, "op"))
                    .containsExactlyInAnyOrder("Auth", "CheckMessage", "GetGroupMembers", "GetOfflineMessages");
            assertThat(series(lines, Metric.HOOK_REQUESTS, "result"))
                    .containsExactlyInAnyOrder(Arrays.stream(CallResult.values())
                            .map(CallResult::label)
                            .toArray(String[]::new));
            assertThat(series(lines, Metric.HOOK_CHECK_MESSAGE, "result"))
                    .containsExactlyInAnyOrder("allow", "deny", "degraded");
            assertThat(series(lines, Metric.MESSAGES_REJECTED, "reason")).contains("msg_body_too_large", "tenant_busy");
            assertThat(series(lines, Metric.OFFLINE_BUFFER_EVICTED, "reason"))
                    .containsExactlyInAnyOrder("oldest", "users", "total", "expired");
            assertThat(series(lines, Metric.LIMIT_PERMITS_IN_USE, "limit"))
                    .contains("concurrent-sends", "concurrent-fanouts", "hook-CheckMessage");
            client.ping();
        }
    }

    private static boolean isSeriesOf(Metric metric, String line) {
        String suffix = metric.kind() == Metric.Kind.HISTOGRAM ? "_count{" : "{";
        return line.startsWith(metric.prometheusName() + suffix);
    }

    private static Set<String> series(List<String> lines, Metric metric, String label) {
        return lines.stream()
                .filter(line -> isSeriesOf(metric, line))
                .map(line -> line.replaceAll(".*[{,]" + label + "=\"([^\"]*)\".*", "$1"))
                .collect(Collectors.toSet());
    }

    @Test
    void answersAHeartbeat() throws IOException {
        try (RawClient client = gateway.connect("b1", "d1")) {
            client.ping();
            assertThat(client.readProtobuf().getHeartbeatPong().getTimestampMs())
                    .isPositive();
        }
    }

    @Test
    void keepsOrderUnderABurst() throws IOException {
        try (RawClient sender = gateway.connect("c1", "d1");
                RawClient receiver = gateway.connect("c2", "d1")) {
            for (int i = 0; i < 200; i++) {
                sender.sendTo("c2", "m" + i, "body " + i);
            }
            for (int i = 0; i < 200; i++) {
                assertThat(receiver.readDelivery().getMsgId()).isEqualTo("m" + i);
                assertThat(sender.readAck().getMsgId()).isEqualTo("m" + i);
            }
        }
    }

    @Test
    void keepsAMessageForAnAbsentUserAndDeliversItFirst() throws IOException {
        try (RawClient sender = gateway.connect("e1", "d1")) {
            assertThat(sender.sendAcked("e2", "1", "early").getStatus()).isEqualTo(AckStatus.SENT);
            assertThat(sender.sendAcked("e2", "2", "later").getStatus()).isEqualTo(AckStatus.SENT);
            try (RawClient receiver = gateway.connect("e2", "d1")) {
                assertThat(receiver.readDelivery().getMsgId()).isEqualTo("1");
                assertThat(receiver.readDelivery().getMsgId()).isEqualTo("2");
                sender.sendAcked("e2", "3", "now");
                assertThat(receiver.readDelivery().getMsgId()).isEqualTo("3");
            }
        }
    }

    @Test
    void reachesEveryMemberOfAGroupIncludingTheSender() throws IOException {
        try (RawClient one = gateway.connect("u1", "d1");
                RawClient two = gateway.connect("u2", "d1")) {
            one.send(RawClient.group("group-1", "g1", "all"));
            MessageAck ack = one.readAck();
            assertThat(ack.getStatus()).isEqualTo(AckStatus.SENT);
            assertThat(ack.getOfflineBufferedUsers()).isEqualTo(1);
            assertThat(ack.getPartialDelivery()).isFalse();
            assertThat(two.readDelivery().getGroupId()).isEqualTo("group-1");
        }
    }
}
