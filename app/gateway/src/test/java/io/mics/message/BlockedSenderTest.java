package io.mics.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.Deadline;
import io.mics.concurrent.FairScheduler;
import io.mics.concurrent.NodeLoad;
import io.mics.concurrent.PendingWrites;
import io.mics.hook.BackendOperation;
import io.mics.hook.BackendRequest;
import io.mics.hook.BackendTransport;
import io.mics.hook.TenantBackend;
import io.mics.hook.point.HookResponse;
import io.mics.hook.record.HookAudit;
import io.mics.hook.record.HookRecords;
import io.mics.hook.registry.HookRegistry;
import io.mics.hook.registry.PreSendChain;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.observe.SpanSink;
import io.mics.observe.TraceBuffer;
import io.mics.offline.BacklogAnnouncements;
import io.mics.offline.BacklogSource;
import io.mics.offline.HomePeers;
import io.mics.offline.LateConnections;
import io.mics.offline.OfflineBuffer;
import io.mics.offline.OfflineEventPublisher;
import io.mics.offline.OfflinePath;
import io.mics.proto.hook.v1.CheckMessageResponse;
import io.mics.proto.hook.v1.GetGroupMembersResponse;
import io.mics.proto.hook.v1.TenantRuntimeConfig;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import io.mics.protocol.Delivery;
import io.mics.routing.delivery.GroupFanOut;
import io.mics.routing.delivery.LocalDelivery;
import io.mics.routing.delivery.UserDelivery;
import io.mics.routing.directory.RecentSends;
import io.mics.tenant.Tenant;
import io.mics.tenant.TenantConfig;
import io.mics.tenant.TenantSettings;
import io.mics.testing.Await;
import io.mics.testing.gateway.ScriptedEventLog;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On a loaded node one connection of a tenant is handled at one time, and never while it waits for somebody else. */
@Timeout(60)
class BlockedSenderTest {
    private static final LocalDelivery NOBODY =
            (tenant, user, delivery, except, writes) -> LocalDelivery.LocalOutcome.NO_SESSION;

    private final Metrics metrics = new Metrics();
    private final Tenant tenant = new Tenant(new TenantConfig("t1", TenantSettings.DEFAULTS, Map.of()));
    private final NodeLoad load = new NodeLoad(1, () -> TimeUnit.HOURS.toNanos(1));
    private final NodeLoad.Handling handling = load.handling("t1");
    private final PendingWrites writes = new PendingWrites(new FairScheduler(1), "t1", handling::end);
    private final CountDownLatch written = new CountDownLatch(1);
    private final Thread sending = Thread.currentThread();
    private final CountDownLatch checked = new CountDownLatch(1);
    private final Sender sender = new Sender(tenant, "sender", "d1", 1, "trace", writes, handling, RecentSends.NONE);

    BlockedSenderTest() {
        tenant.learn(
                TenantRuntimeConfig.newBuilder()
                        .setHookBaseUrl("http://backend")
                        .build(),
                tenant.asking());
    }

    @BeforeEach
    void hasItsTurnAndSomethingToWrite() throws Exception {
        load.running(TimeUnit.HOURS.toNanos(1) - TimeUnit.SECONDS.toNanos(1));
        for (String each : List.of("t1", "t2")) {
            NodeLoad.Handling other = load.handling(each);
            other.begin(() -> {});
            other.end();
        }
        sender.awaitTurn();
        writes.add(written::countDown);
    }

    /** Another connection of the tenant has its turn at once, and what the sender gave others is being written. */
    private void othersAreHandled() throws InterruptedException {
        NodeLoad.Handling other = load.handling("t1");
        other.begin(() -> {
            throw new AssertionError("waits for the blocked sender");
        });
        other.end();
        assertThat(written.getCount()).isZero();
    }

    private OfflinePath keptElsewhere() {
        HomePeers home = new HomePeers() {
            @Override
            public Stored store(String tenant, List<String> users, Delivery delivery) throws InterruptedException {
                othersAreHandled();
                return new Stored(users.size(), List.of());
            }

            @Override
            public List<BacklogSource> homes(String tenant, String user) {
                return List.of();
            }
        };
        return new OfflinePath(
                new OfflineBuffer<>(0, System::nanoTime, metrics),
                (tenant, user, source) -> false,
                home,
                BacklogAnnouncements.ALONE,
                new OfflineEventPublisher(new ScriptedEventLog(), LateConnections.NONE, metrics),
                metrics);
    }

    private TenantBackend backend(boolean local) {
        BackendTransport transport = new BackendTransport() {
            @Override
            public boolean immediate() {
                return local;
            }

            @Override
            public HookResponse<byte[]> call(
                    BackendOperation operation, String url, BackendRequest request, Deadline deadline)
                    throws InterruptedException {
                if (operation == BackendOperation.CHECK_MESSAGE) {
                    checked.countDown();
                    return new HookResponse.Answered<>(CheckMessageResponse.newBuilder()
                            .setAllow(true)
                            .build()
                            .toByteArray());
                }
                if (!local) {
                    awaitWaitingForMembers();
                    othersAreHandled();
                }
                return new HookResponse.Answered<>(GetGroupMembersResponse.newBuilder()
                        .addUserIds("away")
                        .build()
                        .toByteArray());
            }
        };
        return new TenantBackend(metrics, transport, local ? Map.of("http://backend", transport) : Map.of());
    }

    private void awaitWaitingForMembers() throws InterruptedException {
        checked.await();
        Await.until(
                "it waits",
                () -> sending.getState() == Thread.State.WAITING || sending.getState() == Thread.State.TIMED_WAITING);
    }

    private PreSend hooks(TenantBackend backend) {
        HookRecords records = new HookRecords(
                metrics,
                new TraceBuffer(0, Clock.systemUTC()),
                HookAudit.to("", Optional.empty(), metrics.counter(Metric.HOOK_AUDIT_DROPPED, "n1")),
                SpanSink.NONE);
        HookRegistry registry = new HookRegistry(
                definition -> {
                    throw new AssertionError("there is no hook");
                },
                records);
        return new PreSend(new PreSendChain(backend, registry, records, 0, Duration.ZERO), new IdempotencyKeys(""));
    }

    private static Delivery delivery(MessageType type) {
        MessageRequest.Builder message = MessageRequest.newBuilder()
                .setTenantId("t1")
                .setUserId("sender")
                .setMsgId("m1")
                .setMsgType(type);
        MessageRequest addressed = type == MessageType.GROUP_CHAT
                ? message.setGroupId("g1").build()
                : message.setToUserId("away").build();
        return new Delivery(addressed, "", "trace", 1);
    }

    private Outcome sendToGroup(TenantBackend backend) throws InterruptedException {
        SendToGroup group = new SendToGroup(
                hooks(backend),
                backend,
                new GroupFanOut(NOBODY, Optional.empty(), new FairScheduler(1)),
                keptElsewhere(),
                () -> new SendToGroup.Limits(0, 10));
        Delivery delivery = delivery(MessageType.GROUP_CHAT);
        return group.send(sender, delivery, new MessageTrace(sender, delivery), new MessageMeters(metrics, "t1"))
                .outcome();
    }

    @Test
    void whileAMessageToOneIsStoredOnAnotherNode() throws Exception {
        SendToUser user =
                new SendToUser(hooks(backend(true)), new UserDelivery(NOBODY, Optional.empty()), keptElsewhere());
        Delivery delivery = delivery(MessageType.SINGLE_CHAT);
        assertThat(user.send(sender, delivery, new MessageTrace(sender, delivery))
                        .outcome())
                .isEqualTo(Outcome.Sent.WHOLE);
    }

    @Test
    void whileAMessageToAGroupIsStoredOnAnotherNode() throws Exception {
        assertThat(sendToGroup(backend(true))).isInstanceOf(Outcome.Sent.class);
    }

    @Test
    void whileABackendIsAskedWhoIsInTheGroup() throws Exception {
        assertThat(sendToGroup(backend(false))).isInstanceOf(Outcome.Sent.class);
    }
}
