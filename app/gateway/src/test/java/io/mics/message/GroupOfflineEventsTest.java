package io.mics.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.FairScheduler;
import io.mics.concurrent.NodeLoad;
import io.mics.concurrent.PendingWrites;
import io.mics.hook.BackendTransport;
import io.mics.hook.TenantBackend;
import io.mics.hook.local.PlaygroundHooks;
import io.mics.hook.record.HookAudit;
import io.mics.hook.record.HookRecords;
import io.mics.hook.registry.HookRegistry;
import io.mics.hook.registry.PreSendChain;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.observe.SpanSink;
import io.mics.observe.TraceBuffer;
import io.mics.offline.BacklogAnnouncements;
import io.mics.offline.HomePeers;
import io.mics.offline.LateConnections;
import io.mics.offline.OfflineBuffer;
import io.mics.offline.OfflineEventPublisher;
import io.mics.offline.OfflinePath;
import io.mics.proto.hook.v1.TenantRuntimeConfig;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import io.mics.protocol.AckReason;
import io.mics.protocol.Delivery;
import io.mics.protocol.OutboundFrame.Reach;
import io.mics.routing.delivery.GroupFanOut;
import io.mics.routing.delivery.LocalDelivery;
import io.mics.routing.directory.RecentSends;
import io.mics.tenant.Tenant;
import io.mics.tenant.TenantConfig;
import io.mics.tenant.TenantSettings;
import io.mics.testing.gateway.ScriptedEventLog;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A group's absent members become offline events, one each, and the ack says how it went with them. */
class GroupOfflineEventsTest {
    private static final BackendTransport NOWHERE = (operation, url, request, deadline) -> {
        throw new AssertionError("asked " + url);
    };

    private final Metrics metrics = new Metrics();
    private final OfflineBuffer<Delivery> buffer = new OfflineBuffer<>(0, System::nanoTime, metrics);
    private final ScriptedEventLog events = new ScriptedEventLog();
    private final Tenant tenant = new Tenant(new TenantConfig("t1", TenantSettings.DEFAULTS, Map.of()));
    private int mostBuffered = 1_024;

    GroupOfflineEventsTest() {
        tenant.learn(
                TenantRuntimeConfig.newBuilder()
                        .setHookBaseUrl(PlaygroundHooks.BASE_URL)
                        .setOfflineUseHookPull(true)
                        .build(),
                tenant.asking());
    }

    /** Members named online… have a device, those named stuck… one that takes nothing. */
    private Outcome send(String... members) throws InterruptedException {
        LocalDelivery devices = (tenant, user, delivery, except, writes) -> user.startsWith("online")
                ? LocalDelivery.LocalOutcome.delivered(1)
                : user.startsWith("stuck")
                        ? LocalDelivery.LocalOutcome.NOT_TAKEN
                        : LocalDelivery.LocalOutcome.NO_SESSION;
        OfflinePath offline = new OfflinePath(
                buffer,
                (tenant, user, source) -> false,
                HomePeers.ALONE,
                BacklogAnnouncements.ALONE,
                new OfflineEventPublisher(events, LateConnections.NONE, metrics),
                metrics);
        PlaygroundHooks hooks = new PlaygroundHooks(Map.of("g1", List.of(members)));
        TenantBackend backend = new TenantBackend(metrics, NOWHERE, Map.of(PlaygroundHooks.BASE_URL, hooks));
        TraceBuffer traces = new TraceBuffer(0, Clock.systemUTC());
        HookRecords records = new HookRecords(
                metrics,
                traces,
                HookAudit.to("", Optional.empty(), metrics.counter(Metric.HOOK_AUDIT_DROPPED, "n1")),
                SpanSink.NONE);
        HookRegistry registry = new HookRegistry(
                definition -> {
                    throw new AssertionError("there is no hook");
                },
                records);
        SendToGroup group = new SendToGroup(
                new PreSend(new PreSendChain(backend, registry, records, 0, Duration.ZERO), new IdempotencyKeys("")),
                backend,
                new GroupFanOut(devices, Optional.empty(), new FairScheduler(1)),
                offline,
                () -> new SendToGroup.Limits(0, mostBuffered));
        MessageRequest message = MessageRequest.newBuilder()
                .setTenantId("t1")
                .setUserId("sender")
                .setMsgId("m1")
                .setMsgType(MessageType.GROUP_CHAT)
                .setGroupId("g1")
                .build();
        Sender sender = new Sender(
                tenant,
                "sender",
                "d1",
                1,
                "trace",
                new PendingWrites(),
                NodeLoad.forThisMachine().handling("t1"),
                RecentSends.NONE);
        Delivery delivery = new Delivery(message, "", "trace", 1);
        return group.send(sender, delivery, new MessageTrace(sender, delivery), new MessageMeters(metrics, "t1"))
                .outcome();
    }

    private long counted(Metric metric) {
        return metrics.counter(metric, "t1").value();
    }

    @Test
    void notifiesOfEachAbsentMemberAndEachWhoseDevicesTookNothing() throws InterruptedException {
        assertThat(send("online", "away-1", "stuck", "away-2")).isEqualTo(new Outcome.Sent(new Reach(false, 3, 0, 0)));
        assertThat(events.published)
                .extracting(event -> event.toUser())
                .containsExactlyInAnyOrder("stuck", "away-1", "away-2");
        assertThat(counted(Metric.GROUP_OFFLINE_NOTIFIED)).isEqualTo(3);
        assertThat(counted(Metric.OFFLINE_NOTIFIED)).isEqualTo(3);
        assertThat(buffer.users()).isZero();
    }

    @Test
    void isSentWhenNobodyWasThereButTheirBackendKnows() throws InterruptedException {
        mostBuffered = 0;
        assertThat(send("away-1", "away-2")).isEqualTo(new Outcome.Sent(new Reach(false, 2, 0, 0)));
    }

    @Test
    void buffersWhatTheQueueRefusesUpToTheLimitAndSkipsTheRest() throws InterruptedException {
        events.acceptUpTo(2);
        mostBuffered = 1;
        assertThat(send("a", "b", "c", "d", "e")).isEqualTo(new Outcome.Sent(new Reach(true, 2, 1, 2)));
        assertThat(buffer.users()).isEqualTo(1);
        assertThat(counted(Metric.GROUP_OFFLINE_NOTIFIED)).isEqualTo(2);
        assertThat(counted(Metric.GROUP_OFFLINE_BUFFERED)).isEqualTo(1);
        assertThat(counted(Metric.GROUP_OFFLINE_BUFFER_SKIPPED)).isEqualTo(2);
    }

    @Test
    void failsWhenNeitherEventNorBufferTookIt() throws InterruptedException {
        events.acceptUpTo(0);
        mostBuffered = 0;
        assertThat(send("a", "b")).isEqualTo(new Outcome.Failed(AckReason.NO_ROUTES, new Reach(true, 0, 0, 2)));
        assertThat(send("stuck")).isEqualTo(new Outcome.Failed(AckReason.DELIVERY_FAILED, new Reach(true, 0, 0, 1)));
    }
}
