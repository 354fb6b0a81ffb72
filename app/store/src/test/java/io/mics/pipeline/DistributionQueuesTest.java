package io.mics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.conversation.Distribution;
import io.mics.conversation.NewMessage;
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
        NewMessage message = message(tenant, conversation, seq);
        queues.add(message, stored(message, seq), false, false);
    }

    @Test
    void distributesEachConversationInItsOrder() throws InterruptedException {
        Map<String, List<Long>> got = new ConcurrentHashMap<>();
        Distribution distribution = (message, stored, acknowledge, repeated) -> {
            got.computeIfAbsent(stored.conversation().id(), id -> new CopyOnWriteArrayList<>())
                    .add(stored.seq());
            return true;
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
            return true;
        };
        DistributionQueues queues = new DistributionQueues(distribution, metrics);
        for (int i = 1; i <= 100; i++) {
            add(queues, "stuck", ConversationRef.ofUsers("a", "u" + i), 1);
        }
        add(queues, "well", ConversationRef.ofUsers("a", "b"), 1);

        assertThat(other.await(60, TimeUnit.SECONDS)).isTrue();
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
                return false;
            }
            got.add(stored.seq());
            return true;
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
            return true;
        };
        DistributionQueues queues = new DistributionQueues(distribution, metrics);
        add(queues, "t", ConversationRef.ofUsers("a", "b"), 1);
        add(queues, "t", ConversationRef.ofUsers("a", "b"), 2);
        queues.flush(TimeUnit.SECONDS.toNanos(60));

        assertThat(got).containsExactly(2L);
    }
}
