package io.mics.pipeline.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.conversation.ConversationLog.Outcome;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.pipeline.Sample;
import io.mics.pipeline.log.BatchAppender.Fate;
import io.mics.pipeline.log.BatchingLog;
import io.mics.pipeline.log.LogEntry;
import io.mics.pipeline.log.LogRecords;
import io.mics.pipeline.log.RecordAppender;
import io.mics.redis.Redis;
import io.mics.tenant.DurableSettings.Wal;
import io.mics.testing.Await;
import io.mics.testing.RedisServer;
import io.mics.timer.TimingWheel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes that share a Redis, each with a Kafka that is there or not. */
@Tag("engine")
@Timeout(120)
class NodeWalTest {
    private static final Outcome ACCEPTED = new Outcome.Accepted();
    private static final String TENANT = "t1";

    private final RedisServer server = RedisServer.running(RedisWriteAheadLogTest.SAFE);
    private final AtomicReference<Wal> setting = new AtomicReference<>(Wal.FALLBACK);
    private final TimingWheel wheel = TimingWheel.start(Duration.ofMillis(10));
    private final List<AutoCloseable> open = new ArrayList<>();
    /** What Kafka has, as all nodes write it. */
    private final List<String> kafka = new CopyOnWriteArrayList<>();

    private int maxRecordBytes = 1 << 20;
    private final Map<String, Outcome> outcomes = new ConcurrentHashMap<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
        wheel.close();
        server.close();
    }

    /** One node. */
    private final class Node implements RecordAppender {
        final Metrics metrics = new Metrics();
        volatile boolean available = true;
        /** Takes records and then fails, as a broker that ends before it answers. */
        volatile boolean undecided;

        private final WriteAheadLog wal;
        private final NodeWal front;
        private final BatchingLog log;

        Node(RedisServer redis, Duration timeout) {
            Redis connection = RedisWriteAheadLogTest.connect(redis);
            open.add(connection);
            wal = new RedisWriteAheadLog(connection);
            front = NodeWal.start(this, wal, tenant -> setting.get(), () -> List.of(TENANT), maxRecordBytes, metrics);
            open.add(front);
            log = new BatchingLog(front.appender(), tenant -> timeout, wheel);
            open.add(log);
        }

        void append(String group, String id) throws InterruptedException {
            log.append(Sample.message(TENANT, group, id), outcome -> outcomes.put(id, outcome));
        }

        void accept(String group, String... ids) throws InterruptedException {
            for (String id : ids) {
                append(group, id);
            }
            for (String id : ids) {
                Await.until(id + " has its outcome", () -> outcomes.containsKey(id));
                assertThat(outcomes.get(id)).as(id).isEqualTo(ACCEPTED);
            }
        }

        long backlog() {
            return wal.sizes(TENANT) instanceof WriteAheadLog.Sizes.Known known ? known.sum() : -1;
        }

        @Override
        public boolean isAvailable() {
            return available;
        }

        @Override
        public Optional<String> awaitReady(String tenant) throws InterruptedException {
            while (!available) {
                Thread.sleep(5);
            }
            return Optional.empty();
        }

        @Override
        public List<Fate> appendRecords(String tenant, List<LogEntry> batch, Duration most) {
            return appendRecords(tenant, batch);
        }

        @Override
        public List<Fate> appendRecords(String tenant, List<LogEntry> batch) {
            if (!available) {
                return batch.stream()
                        .<Fate>map(entry -> new Fate.NotAppended("no broker answers"))
                        .toList();
            }
            synchronized (kafka) {
                batch.forEach(entry -> kafka.add(name(entry)));
            }
            return batch.stream()
                    .<Fate>map(entry -> undecided ? new Fate.Undecided("broker ended") : new Fate.Done(ACCEPTED))
                    .toList();
        }
    }

    private static String name(LogEntry entry) {
        if (LogRecords.read(TENANT, entry.value()) instanceof LogRecords.Read.Message read) {
            return read.message().clientMsgId();
        }
        throw new AssertionError("no message");
    }

    private Node node() {
        return new Node(server, Duration.ofSeconds(60));
    }

    /** What is stored in the end: the first of each. */
    private List<String> stored() {
        return List.copyOf(new LinkedHashSet<>(kafka));
    }

    @Test
    void whileKafkaIsThereTheLogIsNotUsed() throws InterruptedException {
        Node node = node();
        node.accept("g", "1", "2", "3");
        assertThat(kafka).containsExactly("1", "2", "3");
        assertThat(server.command("KEYS", "*stream")).isEqualTo("*0\r\n");
    }

    @Test
    void whatIsAcceptedWhileKafkaIsAwayIsThereInOrderOnceItIsBack() throws InterruptedException {
        Node node = node();
        node.accept("g", "1");
        node.available = false;
        node.accept("g", "2", "3");
        node.accept("h", "4");
        assertThat(kafka).containsExactly("1");
        node.available = true;
        node.accept("g", "5");
        Await.until("all are in Kafka", () -> stored().size() == 5);
        List<String> ofG = stored().stream().filter(id -> !id.equals("4")).toList();
        assertThat(ofG).containsExactly("1", "2", "3", "5");
    }

    @Test
    void anotherNodeWhoseKafkaIsThereAppendsBehindWhatIsNotDrained() throws InterruptedException {
        Node cut = node();
        cut.available = false;
        cut.accept("g", "1", "2");
        // before it there is nobody who could drain
        Node there = node();
        there.accept("g", "3");
        Await.until("all are in Kafka", () -> stored().size() == 3);
        assertThat(stored()).containsExactly("1", "2", "3");
        there.accept("g", "4");
        Await.until("the last one, too", () -> stored().contains("4"));
    }

    @Test
    void whatAnEndedNodeLeftIsDrainedByAnother() throws Exception {
        Node ended = node();
        ended.available = false;
        ended.accept("g", "1", "2");
        ended.log.close();
        ended.front.close();
        var unused = node();
        Await.until("all are in Kafka", () -> stored().size() == 2);
        assertThat(stored()).containsExactly("1", "2");
    }

    @Test
    void alwaysGoesThroughTheLog() throws InterruptedException {
        setting.set(Wal.ALWAYS);
        Node node = node();
        node.accept("g", "1", "2", "3");
        Await.until("all are in Kafka", () -> stored().size() == 3);
        assertThat(stored()).containsExactly("1", "2", "3");
        assertThat(node.metrics.counter(Metric.WAL_MESSAGES, TENANT, "written").value())
                .isEqualTo(3);
        Await.until("nothing is left", () -> node.backlog() == 0);
    }

    @Test
    void aMessageThatKafkaMayHaveIsThereAtLeastOnceAndInOrder() throws InterruptedException {
        Node node = node();
        node.undecided = true;
        node.accept("g", "1", "2");
        node.undecided = false;
        node.accept("g", "3");
        Await.until("all are in Kafka", () -> stored().size() == 3);
        assertThat(stored()).containsExactly("1", "2", "3");
    }

    @Test
    void aTenantThatTurnsItOffIsDrainedBeforeKafkaIsUsedAgain() throws InterruptedException {
        Node node = node();
        node.available = false;
        node.accept("g", "1", "2");
        setting.set(Wal.OFF);
        node.append("g", "3");
        node.available = true;
        Await.until("all are in Kafka", () -> stored().size() == 3);
        assertThat(stored()).containsExactly("1", "2", "3");
        Await.until("the last is accepted", () -> ACCEPTED.equals(outcomes.get("3")));
    }

    @Test
    void withARedisThatMayLoseItNothingIsAcceptedWhileKafkaIsAway() throws InterruptedException {
        try (RedisServer unsafe = RedisServer.running()) {
            Node node = new Node(unsafe, Duration.ofMillis(500));
            node.accept("g", "1");
            node.available = false;
            node.append("g", "2");
            Await.until("refused", () -> new Outcome.Unavailable().equals(outcomes.get("2")));
            node.available = true;
            node.accept("g", "3");
            assertThat(kafka).containsExactly("1", "3");
            closeAll();
        }
    }

    private void closeAll() {
        for (AutoCloseable one : open.reversed()) {
            try {
                one.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        open.clear();
    }

    @Test
    void whileRedisIsAwayAndTheLogWasEmptyKafkaAloneIsEnough() throws InterruptedException {
        Node node = node();
        node.accept("g", "1");
        server.stop();
        node.accept("g", "2");
        assertThat(kafka).containsExactly("1", "2");
    }

    @Test
    void whileRedisIsAwayAndTheLogWasNotEmptyNothingIsAppendedPastIt() throws Exception {
        Node node = new Node(server, Duration.ofSeconds(60));
        node.available = false;
        node.accept("g", "1");
        server.stop();
        node.append("g", "2");
        node.available = true;
        server.start();
        Await.until("all are in Kafka", () -> stored().size() == 2);
        assertThat(stored()).containsExactly("1", "2");
    }
}
