package io.mics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.FairScheduler;
import io.mics.conversation.ConversationDelivery;
import io.mics.conversation.Distributed;
import io.mics.conversation.GroupMembers;
import io.mics.conversation.NewMessage;
import io.mics.conversation.Reply;
import io.mics.conversation.distribution.FanOutTask;
import io.mics.conversation.distribution.LargeGroups;
import io.mics.conversation.distribution.MessageDistribution;
import io.mics.observe.Metrics;
import io.mics.observe.TraceBuffer;
import io.mics.protocol.ConversationFrame;
import io.mics.protocol.ConversationRef;
import io.mics.routing.delivery.GroupFanOut;
import io.mics.routing.delivery.LocalDelivery;
import io.mics.store.MessageWriter;
import io.mics.store.NodePart;
import io.mics.store.StoreSettings;
import io.mics.store.Written;
import io.mics.store.engine.Store;
import io.mics.store.engine.StoreRefusedException;
import io.mics.tenant.TenantConfig;
import io.mics.tenant.TenantSettings;
import io.mics.tenant.Tenants;
import io.mics.testing.Await;
import io.mics.timer.TimingWheel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LargeGroupsTest {
    private static final String TENANT = "t1";
    private static final ConversationRef.Group GROUP = new ConversationRef.Group("g");

    @TempDir
    Path folder;

    private final TraceBuffer traces = new TraceBuffer(100, Clock.systemUTC());
    private final Metrics metrics = new Metrics();
    private final AtomicLong ahead = new AtomicLong();
    private final TimingWheel wheel = TimingWheel.byHand(Duration.ofMillis(10), () -> System.nanoTime() + ahead.get());
    /** User and what came, in order. */
    private final List<String> delivered = new CopyOnWriteArrayList<>();

    private final List<FanOutTask> refused = new CopyOnWriteArrayList<>();
    private final AtomicBoolean full = new AtomicBoolean();
    private Store store;
    private MemoryFanOut tasks;
    private MessageDistribution delivery;

    @BeforeEach
    void open() throws StoreRefusedException {
        store = Store.open(new StoreSettings("", "", "", 9, folder.toString(), 10_000, 16 << 20), NodePart.fixed(0));
        Tenants tenants = new Tenants(List.of(new TenantConfig(TENANT, TenantSettings.DEFAULTS, Map.of())));
        LocalDelivery devices = (tenant, user, what, except, writes) -> {
            delivered.add(user + " "
                    + (what.change() instanceof ConversationFrame.Updated news
                            ? "news " + news.unread() + " " + news.lastSeq()
                            : what.message().getMsgId() + (what.isRedelivery() ? " again" : "")));
            return LocalDelivery.LocalOutcome.delivered(1);
        };
        GroupFanOut fanOut = new GroupFanOut(devices, Optional.empty(), new FairScheduler(1));
        GroupMembers members = (tenant, group, traceId, beforeAsking) -> GroupMembers.Lookup.Known.of(membersNow());
        LargeGroups large = new LargeGroups(tenants, members, store.conversations(), fanOut, wheel, () -> 1L, traces);
        tasks = new MemoryFanOut(large, metrics);
        ConversationDelivery everybody = new ConversationDelivery(tenants, members, fanOut, () -> 1L);
        delivery = new MessageDistribution(tenants, everybody, fanOut, large, task -> {
            if (full.get()) {
                refused.add(task);
                return false;
            }
            return tasks.add(task);
        });
    }

    @AfterEach
    void close() {
        tasks.close();
        store.close();
        wheel.close();
    }

    private Set<String> membersNow() {
        Set<String> users = new HashSet<>();
        String after = "";
        do {
            if (!(store.conversations().members(TENANT, GROUP, after, 1_000)
                    instanceof Reply.Ok<io.mics.conversation.Conversations.Members> page)) {
                throw new AssertionError("no members");
            }
            users.addAll(page.value().users());
            after = page.value().next();
        } while (!after.isEmpty());
        return users;
    }

    private List<String> join(int count) {
        List<String> users =
                IntStream.rangeClosed(1, count).mapToObj(i -> "u" + i).toList();
        assertThat(store.conversations().join(TENANT, GROUP, users)).isInstanceOf(Reply.Ok.class);
        return users;
    }

    /** Stores a message of u1 and distributes it; whether that was possible. */
    private boolean send(String id) throws InterruptedException {
        NewMessage message = Sample.message(TENANT, "g", id);
        if (store.writer().write(List.of(message)) instanceof MessageWriter.Result.Committed done
                && done.written().getFirst() instanceof Written.Stored stored) {
            return !(delivery.distribute(message, stored.message(), true, false) instanceof Distributed.Later);
        }
        throw new AssertionError("not stored");
    }

    @Test
    void membersOfALargeGroupAreServedInChunksEachOnceAndInOrder() throws InterruptedException {
        List<String> users = join(2_500);
        assertThat(send("m1")).isTrue();
        assertThat(delivered).contains("u1 m1");
        assertThat(send("m2")).isTrue();
        Await.until("all are served", () -> delivered.size() == 5_000);
        List<String> expected = new ArrayList<>(List.of("u1 m1", "u1 m2"));
        users.stream().skip(1).forEach(user -> expected.addAll(List.of(user + " m1 again", user + " m2 again")));
        assertThat(delivered).containsExactlyInAnyOrderElementsOf(expected);
        Await.until("it says so", () -> traces.of(TENANT, "m1").size() == 3);
        assertThat(traces.of(TENANT, "m1"))
                .extracting(step -> step.what() + " " + step.detail())
                .allSatisfy(step -> assertThat(step).startsWith("fanned out members "))
                .satisfiesOnlyOnce(step -> assertThat(step).contains("members from the first on: to "))
                .satisfiesOnlyOnce(step -> assertThat(step).contains("these were the last"));
        for (String user : users.subList(1, users.size())) {
            assertThat(delivered.indexOf(user + " m1 again")).isLessThan(delivered.indexOf(user + " m2 again"));
        }
    }

    @Test
    void aSmallGroupIsServedAtOnceAndWithoutRoomForATaskNobodyIs() throws InterruptedException {
        join(500);
        full.set(true);
        assertThat(send("m1")).isTrue();
        assertThat(delivered).hasSize(500);
        join(501);
        assertThat(send("m2")).isFalse();
        assertThat(delivered).hasSize(500);
        assertThat(refused).hasSize(1);
    }

    @Test
    void inAVeryLargeGroupDevicesLearnOnceUpToWhereThereIsNewsAndTheSendersGetTheMessages()
            throws InterruptedException {
        List<String> users = join(10_001);
        for (String id : List.of("m1", "m2", "m3")) {
            assertThat(send(id)).isTrue();
        }
        assertThat(delivered).containsExactly("u1 m1", "u1 m2", "u1 m3");
        ahead.addAndGet(LargeGroups.COALESCED.plusMillis(20).toNanos());
        wheel.advance();
        Await.until("all have the news", () -> delivered.size() == 3 + users.size());
        assertThat(delivered.subList(3, delivered.size()))
                .containsExactlyInAnyOrderElementsOf(
                        users.stream().map(user -> user + " news -1 3").toList());
    }
}
