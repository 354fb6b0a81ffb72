package io.mics.offline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.event.Event;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.proto.hook.v1.EventType;
import io.mics.proto.hook.v1.TenantRuntimeConfig;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.protocol.Delivery;
import io.mics.tenant.Tenant;
import io.mics.tenant.TenantConfig;
import io.mics.tenant.TenantSettings;
import io.mics.tenant.Tenants;
import io.mics.testing.gateway.ScriptedEventLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OfflineEventPublisherTest {
    private static final Delivery DELIVERY = new Delivery(
            MessageRequest.newBuilder()
                    .setTenantId("t1")
                    .setUserId("sender")
                    .setDeviceId("phone")
                    .setMsgId("m1")
                    .setToUserId("a")
                    .setMsgBody(ByteString.copyFromUtf8("hi"))
                    .build(),
            "",
            "trace",
            7);

    private final Metrics metrics = new Metrics();
    private final OfflineBuffer<Delivery> buffer = new OfflineBuffer<>(0, System::nanoTime, metrics);
    private final ScriptedEventLog events = new ScriptedEventLog();
    private final List<String> lookedFor = new ArrayList<>();
    private final Tenants tenants = new Tenants(List.of(new TenantConfig("t1", TenantSettings.DEFAULTS, Map.of())));
    private final Tenant tenant = tenants.find("t1").orElseThrow();

    OfflineEventPublisherTest() {
        pull(true);
    }

    private void pull(boolean on) {
        tenant.learn(TenantRuntimeConfig.newBuilder().setOfflineUseHookPull(on).build(), tenant.asking());
    }

    private OfflinePath path(HomePeers homes) {
        LateConnections late = (users, delivery) -> {
            assertThat(delivery.isRedelivery()).isTrue();
            assertThat(delivery.id()).isEqualTo(7);
            lookedFor.addAll(users);
        };
        return new OfflinePath(
                buffer,
                (tenant, user, source) -> false,
                homes,
                BacklogAnnouncements.ALONE,
                new OfflineEventPublisher(events, late, metrics),
                metrics);
    }

    private long counted(Metric metric, String... labels) {
        return metrics.counter(metric, labels).value();
    }

    @Test
    void notifiesTheBackendWhoMissedWhatAndBuffersNothing() throws InterruptedException {
        assertThat(path(HomePeers.ALONE).accept(tenant, "a", DELIVERY)).isTrue();
        Event event = events.published.getFirst();
        assertThat(event.type()).isEqualTo(EventType.OFFLINE_MESSAGE);
        assertThat(event.tenant()).isEqualTo("t1");
        assertThat(event.user()).isEqualTo("sender");
        assertThat(event.device()).isEqualTo("phone");
        assertThat(event.toUser()).isEqualTo("a");
        assertThat(event.data()).isSameAs(DELIVERY.message());
        assertThat(event.traceId()).isEqualTo("trace");
        assertThat(event.timeMs()).isPositive();
        assertThat(buffer.users()).isZero();
        assertThat(lookedFor).containsExactly("a");
        assertThat(counted(Metric.OFFLINE_NOTIFIED, "t1")).isEqualTo(1);
    }

    @Test
    void keepsOnlyWhatTheEventLogRefuses() throws InterruptedException {
        events.acceptUpTo(2);
        OfflinePath.Accepted accepted = path(HomePeers.ALONE).accept(tenant, List.of("a", "b", "c"), 10, DELIVERY);
        assertThat(accepted).isEqualTo(new OfflinePath.Accepted(2, 1));
        assertThat(lookedFor).containsExactly("a", "b");
        assertThat(buffer.holds("t1", "c")).isTrue();
        assertThat(buffer.users()).isEqualTo(1);
        assertThat(counted(Metric.OFFLINE_BUFFERED, "t1", OfflinePath.FALLBACK)).isEqualTo(1);
        assertThat(counted(Metric.OFFLINE_BUFFERED, "t1", "local")).isZero();
    }

    @Test
    void limitsTheBufferButNotTheNotifications() throws InterruptedException {
        events.acceptUpTo(3);
        List<String> users = List.of("a", "b", "c", "d", "e", "f");
        assertThat(path(HomePeers.ALONE).accept(tenant, users, 1, DELIVERY)).isEqualTo(new OfflinePath.Accepted(3, 1));
        assertThat(path(HomePeers.ALONE).accept(tenant, users, 0, DELIVERY)).isEqualTo(new OfflinePath.Accepted(0, 0));
    }

    @Test
    void keepsWhatIsRefusedAtTheUsersHome() throws InterruptedException {
        events.acceptUpTo(0);
        HomePeers elsewhere = new HomePeers() {
            @Override
            public Stored store(String tenant, List<String> users, Delivery delivery) {
                return new Stored(users.size(), List.of());
            }

            @Override
            public List<BacklogSource> homes(String tenant, String user) {
                return List.of();
            }
        };
        assertThat(path(elsewhere).accept(tenant, "a", DELIVERY)).isTrue();
        assertThat(buffer.users()).isZero();
        assertThat(counted(Metric.OFFLINE_BUFFERED, "t1", OfflinePath.FALLBACK)).isEqualTo(1);
        assertThat(counted(Metric.OFFLINE_BUFFERED, "t1", "grpc")).isZero();
    }

    @Test
    void followsTheSwitchWithTheNextMessage() throws InterruptedException {
        pull(false);
        assertThat(path(HomePeers.ALONE).accept(tenant, "a", DELIVERY)).isTrue();
        assertThat(events.published).isEmpty();
        assertThat(counted(Metric.OFFLINE_BUFFERED, "t1", "local")).isEqualTo(1);
        pull(true);
        assertThat(path(HomePeers.ALONE).accept(tenant, "a", DELIVERY)).isTrue();
        assertThat(events.published).hasSize(1);
        assertThat(counted(Metric.OFFLINE_BUFFERED, "t1", "local")).isEqualTo(1);
    }

    @Test
    void publishesNothingForARemovedTenant() throws InterruptedException {
        tenants.apply(List.of());
        assertThat(path(HomePeers.ALONE).accept(tenant, "a", DELIVERY)).isFalse();
        assertThat(events.published).isEmpty();
    }
}
