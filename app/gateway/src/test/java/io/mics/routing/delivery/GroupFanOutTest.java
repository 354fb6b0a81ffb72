package io.mics.routing.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.FairScheduler;
import io.mics.concurrent.PendingWrites;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.protocol.Delivery;
import io.mics.protocol.HashedIds;
import io.mics.testing.Await;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GroupFanOutTest {
    private static final List<String> HUGE =
            IntStream.range(0, 20_000).mapToObj(i -> "a" + i).toList();

    private final FairScheduler scheduler = new FairScheduler(1);
    private final List<String> delivered = Collections.synchronizedList(new ArrayList<>());

    private static Delivery delivery(String id) {
        return new Delivery(
                MessageRequest.newBuilder().setTenantId("t").setMsgId(id).build(), "", "trace", 0);
    }

    @Test
    void aHugeFanOutLetsAnotherTenantsPassBetweenSlices() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch otherWaits = new CountDownLatch(1);
        LocalDelivery devices = (tenant, user, delivery, except, writes) -> {
            if (delivered.isEmpty()) {
                begun.countDown();
                awaitUninterruptibly(otherWaits);
            }
            delivered.add(user);
            return LocalDelivery.LocalOutcome.delivered(1);
        };
        GroupFanOut fanOut = new GroupFanOut(devices, Optional.empty(), scheduler);
        Thread huge = send(fanOut, "A", HUGE, "m1");
        begun.await();
        Thread small = send(fanOut, "B", List.of("b"), "m1");
        Await.until("the other waits", () -> scheduler.waiting() > 0);
        otherWaits.countDown();
        huge.join();
        small.join();
        assertThat(delivered.indexOf("b")).isBetween(1, 1_000);
        delivered.remove("b");
        assertThat(delivered).isEqualTo(HUGE);
        assertThat(scheduler.busy()).isZero();
    }

    @Test
    void messagesOfOneSenderReachEachMemberInOrderWhileOthersTakeTurns() throws Exception {
        List<String> members = HUGE.subList(0, 2_000);
        LocalDelivery devices = (tenant, user, delivery, except, writes) -> {
            if (user.equals("a1999")) {
                delivered.add(tenant + delivery.message().getMsgId());
            }
            return LocalDelivery.LocalOutcome.delivered(1);
        };
        GroupFanOut fanOut = new GroupFanOut(devices, Optional.empty(), scheduler);
        List<Thread> all = new ArrayList<>();
        for (String tenant : List.of("A", "B", "C")) {
            all.add(Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 20; i++) {
                    deliver(fanOut, tenant, members, "-" + i);
                }
            }));
        }
        for (Thread each : all) {
            each.join();
        }
        for (String tenant : List.of("A", "B", "C")) {
            assertThat(delivered.stream().filter(id -> id.startsWith(tenant)))
                    .containsExactlyElementsOf(IntStream.range(0, 20)
                            .mapToObj(i -> tenant + "-" + i)
                            .toList());
        }
    }

    private static final class Hashed extends AbstractList<String> implements HashedIds {
        @Override
        public void hashCodes(int from, int to, int[] into) {
            for (int i = from; i < to; i++) {
                into[i - from] = HUGE.get(i).hashCode();
            }
        }

        @Override
        public String get(int index) {
            return HUGE.get(index);
        }

        @Override
        public int size() {
            return HUGE.size();
        }
    }

    @Test
    void membersWhoseHashCodeNobodyHereHasAreNotLookedUp() throws Exception {
        Set<Integer> here = Set.of("a7".hashCode(), "a300".hashCode(), "a9000".hashCode());
        LocalDelivery devices = new LocalDelivery() {
            @Override
            public LocalOutcome deliver(
                    String tenant, String user, Delivery delivery, long except, PendingWrites writes) {
                delivered.add(user);
                return user.equals("a300") ? LocalOutcome.NO_SESSION : LocalOutcome.delivered(1);
            }

            @Override
            public boolean mayHaveSession(String tenant, int userHash) {
                return here.contains(userHash);
            }
        };
        GroupFanOut.Result result = new GroupFanOut(devices, Optional.empty(), scheduler)
                .deliver("A", new Hashed(), delivery("m"), 0, new PendingWrites());
        assertThat(delivered).containsExactly("a7", "a300", "a9000");
        assertThat(result.delivered()).isEqualTo(2);
        assertThat(result.absent()).hasSize(HUGE.size() - 2).contains("a300").doesNotContain("a7", "a9000");
    }

    @Test
    void aFanOutThatFailsLeavesNoTurnBehind() throws Exception {
        LocalDelivery devices = (tenant, user, delivery, except, writes) -> {
            throw new IllegalStateException("planted");
        };
        GroupFanOut fanOut = new GroupFanOut(devices, Optional.empty(), scheduler);
        try {
            fanOut.deliver("A", List.of("a"), delivery("m"), 0, new PendingWrites());
        } catch (IllegalStateException planted) {
            delivered.add(planted.getMessage());
        }
        assertThat(delivered).containsExactly("planted");
        assertThat(scheduler.busy()).isZero();
    }

    @Test
    void countsEveryMemberOnceOverSegmentsAndNodes() throws Exception {
        Set<String> asked = new HashSet<>();
        LocalDelivery devices =
                (tenant, user, delivery, except, writes) -> switch (Integer.parseInt(user.substring(1)) % 4) {
                    case 0 -> LocalDelivery.LocalOutcome.delivered(2);
                    case 1 -> LocalDelivery.LocalOutcome.NOT_TAKEN;
                    default -> LocalDelivery.LocalOutcome.NO_SESSION;
                };
        RemoteDelivery elsewhere = new RemoteDelivery() {
            @Override
            public Reached deliver(List<String> users, Delivery delivery, PendingWrites writes) {
                asked.addAll(users);
                assertThat(scheduler.busy())
                        .as("no turn is held while other nodes are asked")
                        .isZero();
                return new Reached(users(users, 3, 8), users(users, 2, 8), 7);
            }

            @Override
            public void deliverAnew(List<String> users, Delivery delivery) {
                throw new AssertionError("not asked");
            }

            @Override
            public void deliverToEverybody(Delivery delivery) {
                throw new AssertionError("not asked");
            }
        };
        GroupFanOut.Result result = new GroupFanOut(devices, Optional.of(elsewhere), scheduler)
                .deliver("A", HUGE, delivery("m"), 0, new PendingWrites());
        assertThat(asked).hasSize(HUGE.size());
        assertThat(result.delivered()).isEqualTo(HUGE.size() / 4 + HUGE.size() / 8);
        assertThat(result.here()).isEqualTo(2 * HUGE.size() / 4);
        assertThat(result.elsewhere()).as("of two segments").isEqualTo(7 * 2);
        assertThat(result.notTaken()).hasSize(HUGE.size() / 4 + HUGE.size() / 8);
        assertThat(result.offline()).hasSize(HUGE.size() / 4);
        assertThat(new HashSet<>(result.absent())).hasSize(HUGE.size() - result.delivered());
        assertThat(result.absent().getFirst()).isEqualTo(result.notTaken().getFirst());
    }

    private static Set<String> users(List<String> of, int rest, int modulo) {
        Set<String> found = new HashSet<>();
        of.stream()
                .filter(user -> Integer.parseInt(user.substring(1)) % modulo == rest)
                .forEach(found::add);
        return found;
    }

    private static Thread send(GroupFanOut fanOut, String tenant, List<String> members, String id) {
        return Thread.ofPlatform().start(() -> deliver(fanOut, tenant, members, id));
    }

    private static void deliver(GroupFanOut fanOut, String tenant, List<String> members, String id) {
        try {
            GroupFanOut.Result result =
                    fanOut.deliver(tenant, members, delivery(id), LocalDelivery.NOBODY, new PendingWrites());
            assertThat(result.delivered()).isEqualTo(members.size());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
