package io.mics.sdk.event;

import static io.mics.sdk.event.Consumers.envelope;
import static io.mics.sdk.event.Consumers.identities;
import static io.mics.sdk.event.Consumers.ids;
import static io.mics.sdk.event.EventBroker.SECRET;
import static io.mics.sdk.event.EventBroker.message;
import static io.mics.sdk.event.EventBroker.topic;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.proto.hook.v1.EventType;
import io.mics.proto.hook.v1.MqEvent;
import io.mics.proto.message.v1.ConnectAck;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import io.mics.sdk.sign.HookSignature;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("engine")
class KafkaEventConsumerTest {
    private static final EventBroker KAFKA = new EventBroker();
    /** One for each partition of the shared topic. */
    private static final int USERS = 6;

    private static final MqEvent AS_SENT = MqEvent.newBuilder()
            .setMsgId("m1")
            .setUserId("u1")
            .setDeviceId("d1")
            .setToUserId("u2")
            .setGroupId("g1")
            .setTimestamp(1_700_000_000_004L)
            .setNodeId("node-1")
            .setTraceId("tr-5")
            .build();

    private final Seen<Event> events = new Seen<>();
    private final Seen<Rejected> rejected = new Seen<>();

    private final Consumers consumers = new Consumers(KAFKA, rejected::add);

    @AfterEach
    void stopsConsumers() {
        consumers.close();
    }

    @BeforeAll
    static void createsTopics() throws Exception {
        for (String tenant : List.of("types", "bad", "strict", "dup", "closing", "stuck", "takeover", "slow", "away")) {
            KAFKA.createTopic(tenant, 1);
        }
        KAFKA.createTopic("retry", 2);
        KAFKA.createTopic("shared", USERS);
    }

    @AfterAll
    static void stopsKafka() {
        KAFKA.close();
    }

    @Test
    void decodesAllFiveTypesFieldByField() throws Exception {
        ConnectAck ack =
                ConnectAck.newBuilder().setCode(1000).setNodeId("node-1").build();
        MessageRequest single = MessageRequest.newBuilder()
                .setMsgId("m1")
                .setMsgBody(ByteString.copyFromUtf8("hi"))
                .build();
        MessageRequest group =
                single.toBuilder().setMsgType(MessageType.GROUP_CHAT).build();
        MqEvent base = AS_SENT.toBuilder().setTenantId("types").build();
        KAFKA.send(with(base, EventType.CONNECT_ONLINE, ack.toByteString()), "node-1-5-0");
        KAFKA.send(with(base, EventType.CONNECT_OFFLINE, ack.toByteString()), "node-1-5-1");
        KAFKA.send(with(base, EventType.SINGLE_CHAT_MSG, single.toByteString()), "node-1-5-2");
        KAFKA.send(with(base, EventType.GROUP_CHAT_MSG, group.toByteString()), "node-1-5-3");
        KAFKA.send(with(base, EventType.OFFLINE_MESSAGE, group.toByteString()), "node-1-5-4");

        KafkaEventConsumer consumer = consumers.start(consumers.of("types", events::add));
        assertThat(events.next(5))
                .containsExactly(
                        new Event.ConnectOnline(envelope(0), ack),
                        new Event.ConnectOffline(envelope(1), ack),
                        new Event.SingleChat(envelope(2), "u2", single),
                        new Event.GroupChat(envelope(3), "g1", group),
                        new Event.OfflineMessage(envelope(4), "u2", "g1", group));
        assertThat(consumer.running()).isTrue();
    }

    @Test
    void passesOverWhatIsNoEventAndSaysWhy() throws Exception {
        MqEvent good = message(EventType.SINGLE_CHAT_MSG, "bad", "u1", "u2", "m1");
        String topic = topic("bad");
        KAFKA.send(topic, 0, "u1", null, "n-1-0");
        KAFKA.send(topic, 0, "u1", new byte[] {1, 2, 3}, "n-1-1");
        KAFKA.send(topic, 0, "u1", good.toByteArray(), "n-1-2");
        KAFKA.send(topic, 0, "u1", HookSignature.sign("guessed", good).toByteArray(), "n-1-3");
        MqEvent foreign = good.toBuilder().setTenantId("other").build();
        KAFKA.send(topic, 0, "u1", HookSignature.sign(SECRET, foreign).toByteArray(), "n-1-4");
        KAFKA.send(good.toBuilder().setEventTypeValue(99).build(), "n-1-5");
        KAFKA.send(good.toBuilder().setEventData(ByteString.copyFromUtf8("~")).build(), "n-1-6");
        KAFKA.send(
                good.toBuilder()
                        .setEventType(EventType.OFFLINE_MESSAGE)
                        .clearToUserId()
                        .build(),
                "n-1-7");
        KAFKA.send(topic, 0, "u1", HookSignature.sign(SECRET, good).toByteArray(), null);

        KafkaEventConsumer consumer = consumers.start(consumers.of("bad", events::add));
        assertThat(events.next().envelope())
                .satisfies(e -> assertThat(e.identity()).isEqualTo(topic + "/0/8"))
                .satisfies(e -> assertThat(e.traceparent()).isEmpty());
        List<Rejected> all = rejected.next(8);
        assertThat(all.stream().map(Rejected::reason))
                .containsExactly(
                        new Rejection.Undecodable("no value"),
                        new Rejection.Undecodable("value is not an MqEvent"),
                        new Rejection.Unsigned(),
                        new Rejection.BadSignature(),
                        new Rejection.ForeignTenant("other"),
                        new Rejection.UnknownType(99),
                        new Rejection.Undecodable("event_data is not that of SINGLE_CHAT_MSG"),
                        new Rejection.Undecodable("OFFLINE_MESSAGE without to_user_id"));
        assertThat(all.get(1).value()).isEqualTo(ByteString.copyFrom(new byte[] {1, 2, 3}));
        assertThat(all.get(3).identity()).isEqualTo("n-1-3");
        consumer.close();
        assertThat(consumer.counts()).isEqualTo(new EventCounts(1, 0, 8, 0));
        assertThat(KAFKA.committed("bad", "bad", 0)).isEqualTo(9);
    }

    @Test
    void stopsAtARejectedRecordWhileTheCallbackThrows() throws Exception {
        KAFKA.send(topic("strict"), 0, "u1", new byte[] {1}, "n-1-0");
        KAFKA.send(message(EventType.SINGLE_CHAT_MSG, "strict", "u1", "u2", "m1"), "n-1-1");
        KafkaEventConsumer consumer =
                consumers.start(consumers.of("strict", events::add).onRejected(one -> {
                    rejected.add(one);
                    throw new IOException("look into it first");
                }));
        rejected.next(3);
        consumer.close();

        assertThat(events.isEmpty()).isTrue();
        assertThat(KAFKA.committed("strict", "strict", 0)).isZero();
    }

    @Test
    void handlesAFailedEventAgainBeforeAnythingBehindIt() throws Exception {
        for (int i = 0; i < 3; i++) {
            KAFKA.send(0, message(EventType.SINGLE_CHAT_MSG, "retry", "u1", "u2", "a" + i), "a-1-" + i);
        }
        AtomicInteger tries = new AtomicInteger();
        CountDownLatch repaired = new CountDownLatch(1);
        EventHandler handler = event -> {
            if (event.envelope().msgId().equals("a1")) {
                tries.incrementAndGet();
                if (repaired.getCount() > 0) {
                    events.add(event);
                    throw new AssertionError("an Error, not only an Exception");
                }
            }
            events.add(event);
        };
        KafkaEventConsumer consumer = consumers.start(consumers.of("retry", handler));
        assertThat(ids(events.next(3))).containsExactly("a0", "a1", "a1");
        KAFKA.send(1, message(EventType.SINGLE_CHAT_MSG, "retry", "u9", "u2", "b0"), "b-1-0");
        Event other = events.next();
        while (!other.envelope().msgId().equals("b0")) {
            assertThat(other.envelope().msgId()).isEqualTo("a1");
            other = events.next();
        }
        assertThat(KAFKA.committed("retry", "retry", 0)).isLessThanOrEqualTo(1);
        repaired.countDown();
        Event last = events.next();
        while (last.envelope().msgId().equals("a1")) {
            last = events.next();
        }
        assertThat(last.envelope().msgId()).isEqualTo("a2");
        consumer.close();
        assertThat(consumer.counts()).isEqualTo(new EventCounts(4, 0, 0, tries.get() - 1));
        assertThat(KAFKA.committed("retry", "retry", 0)).isEqualTo(3);
    }

    @Test
    void aSecondCopyHasTheSameIdentityAndIsLeftOutWhereRemembered() throws Exception {
        MqEvent event = message(EventType.SINGLE_CHAT_MSG, "dup", "u1", "u2", "m1");
        KAFKA.send(event, "n-1-0");
        KAFKA.send(event, "n-1-0");
        KAFKA.send(event, "n-1-1");

        KafkaEventConsumer forgetful = consumers.start(consumers.of("dup", events::add));
        assertThat(identities(events.next(3))).containsExactly("n-1-0", "n-1-0", "n-1-1");
        assertThat(forgetful.counts().duplicates()).isZero();
        try (KafkaEventConsumer mindful = consumers
                .of("dup", events::add)
                .group("dup-mindful")
                .remember(10)
                .start()) {
            assertThat(identities(events.next(2))).containsExactly("n-1-0", "n-1-1");
            assertThat(mindful.counts().duplicates()).isEqualTo(1);
        }
    }

    @Test
    void closingFinishesTheRecordInHandAndCommitsIt() throws Exception {
        KAFKA.send(message(EventType.SINGLE_CHAT_MSG, "closing", "u1", "u2", "m0"), "n-1-0");
        KAFKA.send(message(EventType.SINGLE_CHAT_MSG, "closing", "u1", "u2", "m1"), "n-1-1");
        CountDownLatch finish = new CountDownLatch(1);
        KafkaEventConsumer consumer = consumers
                .of("closing", event -> {
                    events.add(event);
                    finish.await();
                })
                .start();
        events.next();
        Thread closing = new Thread(consumer::close);
        closing.start();
        while (closing.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait(); // until it waits for the handler
        }
        finish.countDown();
        closing.join();

        assertThat(consumer.running()).isFalse();
        assertThat(events.isEmpty()).isTrue();
        assertThat(KAFKA.committed("closing", "closing", 0)).isEqualTo(1);
    }

    @Test
    void aHandlerThatDoesNotReturnIsInterruptedAndItsEventComesAgain() throws Exception {
        KAFKA.send(message(EventType.SINGLE_CHAT_MSG, "stuck", "u1", "u2", "m0"), "n-1-0");
        KafkaEventConsumer consumer = consumers
                .of("stuck", event -> {
                    events.add(event);
                    new CountDownLatch(1).await();
                })
                .closeTimeout(Duration.ofMillis(50))
                .start();
        events.next();
        consumer.close();
        assertThat(consumer.running()).isFalse();
        assertThat(KAFKA.committed("stuck", "stuck", 0)).isZero();

        Seen<Event> again = new Seen<>();
        KafkaEventConsumer next = consumers.start(consumers.of("stuck", again::add));
        assertThat(again.next().envelope().identity()).isEqualTo("n-1-0");
        assertThat(next.running()).isTrue();
    }

    @Test
    void anotherConsumerTakesOverWhatAHungOneDidNotCommit() throws Exception {
        IntStream.range(0, 3).forEach(i -> KAFKA.sendNumbered("takeover", 0, "u1", i));
        CountDownLatch hang = new CountDownLatch(1);
        Seen<Event> taken = new Seen<>();
        KafkaEventConsumer hung = consumers
                .of("takeover", event -> {
                    events.add(event);
                    if (event.envelope().msgId().equals("m1")) {
                        hang.await();
                    }
                })
                .property("max.poll.interval.ms", "1000")
                .start();
        assertThat(ids(events.next(2))).containsExactly("m0", "m1");

        KafkaEventConsumer other = consumers.start(consumers.of("takeover", taken::add));
        List<String> again = new ArrayList<>(identities(taken.next(2)));
        if (again.get(0).equals("u1-1-0")) {
            // handled, but in the same slice as the hanging one, so not committed
            again.remove(0);
            again.addAll(identities(taken.next(1)));
        }
        assertThat(again).containsExactly("u1-1-1", "u1-1-2");
        hang.countDown();
        other.close();
        assertThat(KAFKA.committed("takeover", "takeover", 0)).isEqualTo(3);
        hung.close();
        assertThat(KAFKA.committed("takeover", "takeover", 0)).isEqualTo(3);
    }

    @Test
    void staysInItsGroupWhileABatchTakesLongerThanThePollInterval() throws Exception {
        IntStream.range(0, 60).forEach(i -> KAFKA.sendNumbered("slow", 0, "u1", i));
        KafkaEventConsumer slow = consumers.start(consumers
                .of("slow", event -> {
                    events.add(event);
                    Thread.sleep(20);
                })
                .property("max.poll.interval.ms", "600"));
        assertThat(ids(events.next(60)))
                .containsExactlyElementsOf(
                        IntStream.range(0, 60).mapToObj(i -> "m" + i).toList());
        slow.close();
        assertThat(slow.counts()).isEqualTo(new EventCounts(60, 0, 0, 0));
        assertThat(KAFKA.committed("slow", "slow", 0)).isEqualTo(60);
    }

    @Test
    void goesOnAndCommitsAfterABrokerWasAway() throws Exception {
        KAFKA.sendNumbered("away", 0, "u1", 0);
        CountDownLatch gone = new CountDownLatch(1);
        KafkaEventConsumer consumer = consumers.start(consumers.of("away", event -> {
            events.add(event);
            gone.await();
        }));
        events.next();
        KAFKA.kill();
        gone.countDown(); // handled now, but the commit finds no broker
        KAFKA.restart();
        KAFKA.sendNumbered("away", 0, "u1", 1);

        Event next = events.next();
        while (next.envelope().msgId().equals("m0")) {
            next = events.next(); // allowed: its commit may have been too late
        }
        assertThat(next.envelope().msgId()).isEqualTo("m1");
        consumer.close();
        assertThat(KAFKA.committed("away", "away", 0)).isEqualTo(2);
    }

    @Test
    void twoConsumersComingAndGoingLoseNothing() throws Exception {
        Seen<Event> all = new Seen<>();
        KafkaEventConsumer first = consumers.start(consumers.of("shared", all::add));
        publish(0, 50);
        List<String> handled = ids(all.next(50 * USERS));
        KafkaEventConsumer second = consumers.start(consumers.of("shared", all::add));
        publish(50, 101);
        while (second.counts().handled() == 0) {
            publish(100, 101); // copies of one event, until the second has its share
            handled.addAll(ids(all.next(USERS)));
        }
        first.close();
        publish(101, 150);
        List<String> expected = new ArrayList<>();
        for (int user = 0; user < USERS; user++) {
            int of = user;
            IntStream.range(0, 150).forEach(i -> expected.add("u" + of + "m" + i));
        }
        while (!handled.containsAll(expected)) {
            handled.add(ids(all.next(1)).get(0));
        }
        second.close();
        assertThat(first.counts().failures() + second.counts().failures()).isZero();
        for (int user = 0; user < USERS; user++) {
            String of = "u" + user + "m";
            assertThat(handled.stream().filter(id -> id.startsWith(of)).distinct())
                    .as("first copies are in order")
                    .containsExactlyElementsOf(
                            expected.stream().filter(id -> id.startsWith(of)).toList());
        }
    }

    @Test
    void noticesATenantThatIsNew() throws Exception {
        KafkaEventConsumer consumer = consumers.start(KafkaEventConsumer.builder(events::add)
                .bootstrapServers(KAFKA.bootstrapServers())
                .group("everything")
                .topic("im-mics-{tenant}-event")
                .allTenants()
                .secrets(tenant -> tenant.equals("new") ? List.of("old-secret", SECRET) : List.of())
                .onRejected(rejected::add)
                .property("metadata.max.age.ms", "100"));
        KAFKA.createTopic("new", 1);
        KAFKA.createTopic("new-event-dlq", 1);
        KAFKA.sendNumbered("new", 0, "u1", 0);

        Event event = events.next();
        while (!event.envelope().tenantId().equals("new")) {
            event = events.next();
        }
        assertThat(event.envelope().identity()).isEqualTo("u1-1-0");
        assertThat(consumer.running()).isTrue();
    }

    private static void publish(int from, int to) {
        IntStream.range(from, to)
                .forEach(i ->
                        IntStream.range(0, USERS).forEach(user -> KAFKA.sendNumbered("shared", user, "u" + user, i)));
    }

    private static MqEvent with(MqEvent base, EventType type, ByteString data) {
        return base.toBuilder().setEventType(type).setEventData(data).build();
    }
}
