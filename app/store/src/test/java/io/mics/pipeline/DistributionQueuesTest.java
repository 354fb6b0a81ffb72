package io.mics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.conversation.Distributed;
import io.mics.conversation.NewMessage;
import io.mics.conversation.distribution.Distribution;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.StoredMessage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class DistributionQueuesTest {
    /** Messages that one queue holds. */
    private static final long MOST = 2_048;

    private final Metrics metrics = new Metrics();

    @AfterEach
    void end() {
        metrics.close();
    }

    private static NewMessage message(String tenant, ConversationRef conversation, long number) {
        String name = "m" + number;
        return new NewMessage(
                tenant,
                conversation,
                "a",
                "d",
                name,
                name,
                "",
                "text",
                ByteString.copyFromUtf8("hello"),
                Map.of(),
                "trace",
                1,
                false);
    }

    private static StoredMessage stored(NewMessage message, long seq) {
        return new StoredMessage(
                message.conversation(),
                seq,
                seq,
                message.sender(),
                message.device(),
                message.clientMsgId(),
                message.contentType(),
                message.body(),
                message.headers(),
                message.acceptedMs(),
                0,
                0,
                0);
    }

    private static void add(DistributionQueues queues, String tenant, ConversationRef conversation, long seq)
            throws InterruptedException {
        add(queues, tenant, conversation, seq, () -> {});
    }

    private static void add(
            DistributionQueues queues, String tenant, ConversationRef conversation, long seq, Runnable done)
            throws InterruptedException {
        NewMessage message = message(tenant, conversation, seq);
        queues.add(message, stored(message, seq), false, false, outcome -> done.run());
    }

    @Test
    void distributesEachConversationInItsOrder() throws InterruptedException {
        Map<String, List<Long>> got = new ConcurrentHashMap<>();
        Distribution distribution = (message, stored, acknowledge, repeated) -> {
            got.computeIfAbsent(stored.conversation().id(), id -> new CopyOnWriteArrayList<>())
                    .add(stored.seq());
            return Sample.DONE;
        };
        DistributionQueues queues = new DistributionQueues(distribution, metrics);
        for (long seq = 1; seq <= 200; seq++) {
            for (int i = 0; i < 20; i++) {
                add(queues, "t", ConversationRef.ofUsers("a", "u" + i), seq);
            }
        }
        queues.flush(TimeUnit.SECONDS.toNanos(60));

        assertThat(got).hasSize(20);
        assertThat(got.values())
                .allSatisfy(seqs -> assertThat(seqs)
                        .containsExactlyElementsOf(
                                LongStream.rangeClosed(1, 200).boxed().toList()));
        assertThat(queues.size()).isZero();
    }

    @Test
    void oneTenantsStandstillHoldsNobodyElseBack() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch other = new CountDownLatch(1);
        Distribution distribution = (message, stored, acknowledge, repeated) -> {
            if (message.tenant().equals("stuck")) {
                release.await();
            } else {
                other.countDown();
            }
            return Sample.DONE;
        };
        DistributionQueues queues = new DistributionQueues(distribution, metrics);
        for (int i = 1; i <= 100; i++) {
            add(queues, "stuck", ConversationRef.ofUsers("a", "u" + i), 1);
        }
        add(queues, "well", ConversationRef.ofUsers("a", "b"), 1);

        assertThat(other.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(queues.size("stuck")).isEqualTo(100);
        assertThat(queues.size("nobody")).isZero();
        release.countDown();
        queues.flush(TimeUnit.SECONDS.toNanos(60));
        assertThat(queues.size()).isZero();
    }

    @Test
    void triesAgainBeforeTheNextOfTheConversation() throws InterruptedException {
        List<Long> got = new CopyOnWriteArrayList<>();
        AtomicInteger failures = new AtomicInteger(3);
        Distribution distribution = (message, stored, acknowledge, repeated) -> {
            if (stored.seq() == 1 && failures.getAndDecrement() > 0) {
                return Sample.LATER;
            }
            got.add(stored.seq());
            return Sample.DONE;
        };
        DistributionQueues queues = new DistributionQueues(distribution, metrics);
        add(queues, "t", ConversationRef.ofUsers("a", "b"), 1);
        add(queues, "t", ConversationRef.ofUsers("a", "b"), 2);
        queues.flush(TimeUnit.SECONDS.toNanos(60));

        assertThat(got).containsExactly(1L, 2L);
    }

    @Test
    void goesOnAfterADefectInTheDistributionOfOne() throws InterruptedException {
        List<Long> got = new CopyOnWriteArrayList<>();
        Distribution distribution = (message, stored, acknowledge, repeated) -> {
            if (stored.seq() == 1) {
                throw new IllegalStateException("planted");
            }
            got.add(stored.seq());
            return Sample.DONE;
        };
        DistributionQueues queues = new DistributionQueues(distribution, metrics);
        add(queues, "t", ConversationRef.ofUsers("a", "b"), 1);
        add(queues, "t", ConversationRef.ofUsers("a", "b"), 2);
        queues.flush(TimeUnit.SECONDS.toNanos(60));

        assertThat(got).containsExactly(2L);
    }

    /** A queue of one conversation without room: one is being distributed until {@code release}, the others wait. */
    private DistributionQueues full(ConversationRef conversation, CountDownLatch release) throws InterruptedException {
        DistributionQueues queues = new DistributionQueues(
                (message, stored, acknowledge, repeated) -> {
                    release.await();
                    return Sample.DONE;
                },
                metrics);
        for (long seq = 1; seq <= MOST; seq++) {
            add(queues, "t", conversation, seq);
        }
        return queues;
    }

    private long leftToSync() {
        return metrics.counter(Metric.DISTRIBUTIONS, "t", "left_to_sync").value();
    }

    @Test
    void addingNowNeverWaitsAndCountsWhatFindsNoRoom() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        ConversationRef conversation = ConversationRef.ofUsers("a", "b");
        DistributionQueues queues = full(conversation, release);
        NewMessage late = message("t", conversation, MOST + 1);
        List<Distributed> outcomes = new CopyOnWriteArrayList<>();
        Thread.currentThread().interrupt(); // waiting would end by it
        queues.addNow(late, stored(late, MOST + 1), false, false, outcomes::add);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(leftToSync()).isEqualTo(1);
        assertThat(outcomes).singleElement().isInstanceOf(Distributed.LeftToSync.class);
        release.countDown();
        queues.flush(TimeUnit.SECONDS.toNanos(60));
        assertThat(queues.size()).isZero();
        queues.addNow(late, stored(late, MOST + 1), false, false, outcomes::add);
        queues.flush(TimeUnit.SECONDS.toNanos(60));
        assertThat(metrics.counter(Metric.DISTRIBUTIONS, "t", "distributed").value())
                .isEqualTo(MOST + 1);
    }

    @Test
    void aWaitForRoomThatFailedIsNotRepeatedUntilTheQueueWasEmpty() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        ConversationRef conversation = ConversationRef.ofUsers("a", "b");
        AtomicInteger settled = new AtomicInteger();
        DistributionQueues queues = full(conversation, release);
        add(queues, "t", conversation, MOST + 1, settled::incrementAndGet);
        Thread.currentThread().interrupt(); // waiting would end by it
        add(queues, "t", conversation, MOST + 2, settled::incrementAndGet);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(leftToSync()).isEqualTo(2);
        assertThat(settled).as("refused").hasValue(2);
        release.countDown();
        queues.flush(TimeUnit.SECONDS.toNanos(60));
    }

    @Test
    void whatIsDistributedOrGivenUpIsSettledAfterwards() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        List<Long> settled = new CopyOnWriteArrayList<>();
        Distribution distribution = (message, stored, acknowledge, repeated) -> {
            release.await();
            if (stored.seq() == 2) {
                throw new IllegalStateException("planted");
            }
            return stored.seq() == 1 ? Sample.DONE : Sample.LATER;
        };
        DistributionQueues queues = new DistributionQueues(distribution, metrics);
        for (long seq = 1; seq <= 3; seq++) {
            long number = seq;
            add(queues, "t", ConversationRef.ofUsers("a", "b"), seq, () -> settled.add(number));
        }
        assertThat(settled).isEmpty();
        release.countDown();
        queues.flush(TimeUnit.SECONDS.toNanos(60));
        assertThat(settled).containsExactly(1L, 2L, 3L);
    }

    @Test
    void whatWasNeverTakenBecauseOfTheEndIsNotSettled() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        List<Long> settled = new CopyOnWriteArrayList<>();
        Distribution distribution = (message, stored, acknowledge, repeated) -> {
            begun.countDown();
            release.await();
            return Sample.DONE;
        };
        DistributionQueues queues = new DistributionQueues(distribution, metrics);
        add(queues, "t", ConversationRef.ofUsers("a", "b"), 1, () -> settled.add(1L));
        add(queues, "t", ConversationRef.ofUsers("a", "b"), 2, () -> settled.add(2L));
        begun.await();
        queues.close();
        add(queues, "t", ConversationRef.ofUsers("a", "b"), 3, () -> settled.add(3L));
        release.countDown();
        queues.flush(TimeUnit.SECONDS.toNanos(60));
        assertThat(settled).containsExactly(1L);
    }

    @Test
    void aForgottenTenantsQueueThatStillWorksStaysUntilItIsEmpty() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        List<Long> got = new CopyOnWriteArrayList<>();
        Distribution distribution = (message, stored, acknowledge, repeated) -> {
            release.await();
            got.add(stored.seq());
            return Sample.DONE;
        };
        DistributionQueues queues = new DistributionQueues(distribution, metrics);
        add(queues, "t", ConversationRef.ofUsers("a", "b"), 1);
        queues.forget("t");
        add(queues, "t", ConversationRef.ofUsers("a", "b"), 2);
        assertThat(queues.size()).isEqualTo(2);
        release.countDown();
        queues.flush(TimeUnit.SECONDS.toNanos(60));
        queues.forget("t");
        add(queues, "t", ConversationRef.ofUsers("a", "b"), 3);
        queues.flush(TimeUnit.SECONDS.toNanos(60));
        assertThat(got).containsExactly(1L, 2L, 3L);
    }
}
