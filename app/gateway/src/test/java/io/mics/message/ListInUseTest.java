package io.mics.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.Deadline;
import io.mics.concurrent.FairScheduler;
import io.mics.concurrent.NodeLoad;
import io.mics.concurrent.PendingWrites;
import io.mics.concurrent.SharedByteBudget;
import io.mics.concurrent.TaskScope;
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
import io.mics.offline.HomePeers;
import io.mics.offline.LateConnections;
import io.mics.offline.OfflineBuffer;
import io.mics.offline.OfflineEventPublisher;
import io.mics.offline.OfflinePath;
import io.mics.proto.hook.v1.GetGroupMembersResponse;
import io.mics.proto.hook.v1.TenantRuntimeConfig;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import io.mics.protocol.Delivery;
import io.mics.routing.delivery.GroupFanOut;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The bytes of a member list are used for others only once nobody makes or reads it any more. */
@Timeout(60)
class ListInUseTest {
    /** Becomes the list itself, in place. */
    private final byte[] answer =
            GetGroupMembersResponse.newBuilder().addUserIds("away").build().toByteArray();

    private final Metrics metrics = new Metrics();
    private final Tenant tenant = new Tenant(new TenantConfig("t1", TenantSettings.DEFAULTS, Map.of()));
    private final SharedByteBudget lists = new SharedByteBudget(() -> new SharedByteBudget.Bounds(1 << 20, 1 << 20));
    private final List<byte[]> given = new CopyOnWriteArrayList<>();
    private final CountDownLatch reading = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final Sender sender = new Sender(
            tenant,
            "sender",
            "d1",
            1,
            "trace",
            new PendingWrites(),
            NodeLoad.forThisMachine().handling("t1"),
            RecentSends.NONE);

    ListInUseTest() {
        tenant.learn(
                TenantRuntimeConfig.newBuilder()
                        .setHookBaseUrl("http://backend")
                        .build(),
                tenant.asking());
    }

    /** A backend that goes on with its list, interrupted or not, when the question beside it has failed. */
    private BackendTransport backend(boolean interrupts) {
        return new BackendTransport() {
            @Override
            public HookResponse<byte[]> call(
                    BackendOperation operation, String url, BackendRequest request, Deadline deadline)
                    throws InterruptedException {
                if (operation == BackendOperation.CHECK_MESSAGE) {
                    reading.await();
                    if (interrupts) {
                        throw new InterruptedException("planted");
                    }
                    throw new IllegalStateException("planted");
                }
                reading.countDown();
                boolean interrupted = false;
                while (mayEnd.getCount() > 0) {
                    try {
                        mayEnd.await();
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                return new HookResponse.Answered<>(answer);
            }

            @Override
            public void reuse(byte[] body) {
                given.add(body);
            }
        };
    }

    private SendToGroup group(TenantBackend backend) {
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
        OfflinePath nowhere = new OfflinePath(
                new OfflineBuffer<>(0, System::nanoTime, metrics),
                (tenant, user, source) -> false,
                HomePeers.ALONE,
                BacklogAnnouncements.ALONE,
                new OfflineEventPublisher(new ScriptedEventLog(), LateConnections.NONE, metrics),
                metrics);
        return new SendToGroup(
                new PreSend(new PreSendChain(backend, registry, records, 0, Duration.ZERO), new IdempotencyKeys("")),
                backend,
                new GroupFanOut(
                        (tenant, user, delivery, except, writes) -> {
                            throw new AssertionError("delivered to " + user);
                        },
                        Optional.empty(),
                        new FairScheduler(1)),
                nowhere,
                () -> new SendToGroup.Limits(0, 10));
    }

    private static boolean isClosing(Thread sending) {
        return sending.getState() == Thread.State.WAITING
                && Stream.of(sending.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(TaskScope.class.getName())
                                && frame.getMethodName().equals("close"));
    }

    private void failsWhileItsListIsRead(boolean interrupts) throws InterruptedException {
        TenantBackend backend = new TenantBackend(metrics, backend(interrupts), Map.of(), lists, new FairScheduler(1));
        MessageRequest message = MessageRequest.newBuilder()
                .setTenantId("t1")
                .setUserId("sender")
                .setMsgId("m1")
                .setMsgType(MessageType.GROUP_CHAT)
                .setGroupId("g1")
                .build();
        Delivery delivery = new Delivery(message, "", "trace", 1);
        List<Throwable> thrown = new CopyOnWriteArrayList<>();
        Thread sending = Thread.ofVirtual().start(() -> {
            try {
                group(backend)
                        .send(sender, delivery, new MessageTrace(sender, delivery), new MessageMeters(metrics, "t1"));
            } catch (InterruptedException | RuntimeException e) {
                thrown.add(e);
            }
        });
        reading.await();
        Await.until("it waits for who reads", () -> isClosing(sending));
        assertThat(given).isEmpty();
        assertThat(lists.held()).as("room for the list").isPositive();
        mayEnd.countDown();
        sending.join();
        assertThat(thrown).singleElement().asString().contains("planted");
        assertThat(given).as("once").hasSize(1).first().isSameAs(answer);
        assertThat(lists.held()).isZero();
        assertThat(tenant.limits().fanouts().inUse()).isZero();
    }

    @Test
    void aFailureOfTheQuestionBesideItWaitsForWhoReadsTheList() throws Exception {
        failsWhileItsListIsRead(false);
    }

    @Test
    void soDoesAnInterruptOfTheSender() throws Exception {
        failsWhileItsListIsRead(true);
    }
}
