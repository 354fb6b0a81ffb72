package io.mics.kafka;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.jspecify.annotations.Nullable;

/**
 * Sends records of one topic together and waits until each is settled. Connects in the background; while no broker
 * answers, senders wait. Safe on any thread; blocks.
 */
public final class KafkaSender implements KafkaSending, KafkaAppending, AutoCloseable {
    private static final Duration LOOK = Duration.ofSeconds(2);

    /** How often those who will not wait for long look whether brokers answer. */
    private static final Duration SHORT_LOOK = Duration.ofMillis(500);

    private static final Duration EVER = Duration.ofDays(365);
    private static final Failure UNSETTLED = new Failure(new TimeoutException("no broker has answered yet"), true);
    private static final Fate ARRIVED = new Fate.Arrived();

    /** Why a record was not acknowledged, and whether the producer had it by then. */
    private record Failure(Exception cause, boolean handedOver) {}

    private final KafkaCluster cluster;
    private final KafkaTopics topics;

    private KafkaSender(KafkaProducerSettings settings) {
        this.cluster = new KafkaCluster(settings);
        this.topics = new KafkaTopics(settings);
    }

    /** A sender that begins to connect. */
    public static KafkaSender open(KafkaProducerSettings settings) {
        // the client library's largest initializer reads many classes: virtual threads that wait for it keep their
        // carriers, and with two of those, whoever holds the jar that it reads from could not go on
        var unused = ApiKeys.values();
        KafkaSender sender = new KafkaSender(settings);
        sender.cluster.start();
        return sender;
    }

    /** Bytes that its producers may hold. */
    public static long memory(KafkaProducerSettings settings) {
        return KafkaClients.memory(settings);
    }

    /** Bytes that one caller should send together at most, so that the producers' memory serves many. */
    public static long batchBytes(KafkaProducerSettings settings) {
        return KafkaClients.batchBytes(settings);
    }

    @Override
    public Optional<String> unavailable() {
        return cluster.unavailable();
    }

    /** Topics that are missing, as far as was seen. */
    public Set<String> missingTopics() {
        return topics.missing();
    }

    /** Whether this topic is missing, as far as was seen. */
    public boolean isMissing(String topic) {
        return topics.isMissing(topic);
    }

    @Override
    public Round send(String topic, List<ProducerRecord<String, byte[]>> records) throws InterruptedException {
        return send(cluster.await(), topic, records, EVER);
    }

    @Override
    public Optional<String> awaitTopic(String topic) throws InterruptedException {
        KafkaClients clients = cluster.await();
        try {
            topics.ensure(clients, topic);
            return Optional.empty();
        } catch (InterruptException e) {
            throw interrupted(e);
        } catch (RuntimeException e) {
            var unused = cluster.answers();
            return Optional.of(words(e));
        }
    }

    @Override
    public Round sendNow(String topic, List<ProducerRecord<String, byte[]>> records) throws InterruptedException {
        return sendNow(topic, records, EVER);
    }

    @Override
    public Round sendNow(String topic, List<ProducerRecord<String, byte[]>> records, Duration most)
            throws InterruptedException {
        Optional<KafkaClients> clients = cluster.clients();
        if (clients.isEmpty()) {
            Fate failed = new Fate.Failed("no broker answers", false);
            return new Round(Collections.nCopies(records.size(), failed), true);
        }
        return send(clients.get(), topic, records, most);
    }

    private static AtomicReferenceArray<@Nullable Failure> unsettled(int count) {
        AtomicReferenceArray<@Nullable Failure> failures = new AtomicReferenceArray<>(count);
        for (int i = 0; i < count; i++) {
            failures.set(i, UNSETTLED);
        }
        return failures;
    }

    private static InterruptedException interrupted(InterruptException e) {
        Thread.interrupted();
        return new InterruptedException(e.getMessage());
    }

    private Round send(KafkaClients clients, String topic, List<ProducerRecord<String, byte[]>> records, Duration most)
            throws InterruptedException {
        long began = System.nanoTime();
        AtomicReferenceArray<@Nullable Failure> failures = unsettled(records.size());
        boolean inconclusive = false;
        boolean handedOver = false;
        try {
            topics.ensure(clients, topic);
            CountDownLatch open = new CountDownLatch(records.size());
            handedOver = true;
            handOver(clients, records, failures, open);
            Duration look = most.equals(EVER) ? LOOK : SHORT_LOOK;
            boolean waits = true;
            while (waits && !open.await(look.toMillis(), TimeUnit.MILLISECONDS)) {
                if (cluster.answers()) {
                    topics.lookAgain(clients, topic);
                    waits = System.nanoTime() - began < most.toNanos();
                } else {
                    inconclusive = true;
                    waits = most.equals(EVER);
                }
            }
        } catch (InterruptException e) {
            throw interrupted(e);
        } catch (RuntimeException e) {
            for (int i = 0; i < records.size(); i++) {
                failures.set(i, new Failure(e, handedOver));
            }
        }
        return judged(topic, failures, inconclusive);
    }

    /** The first one that cannot even be handed over holds those after it back, so that none overtakes it. */
    private static void handOver(
            KafkaClients clients,
            List<ProducerRecord<String, byte[]>> records,
            AtomicReferenceArray<@Nullable Failure> failures,
            CountDownLatch open) {
        long caller = Thread.currentThread().threadId();
        KafkaProducer<String, byte[]> producer = clients.producer(records.stream()
                .mapToLong(record -> record.value() == null ? 0 : record.value().length)
                .sum());
        @Nullable Failure refusal = null;
        for (int i = 0; i < records.size(); i++) {
            int at = i;
            if (refusal == null) {
                try {
                    Future<?> unused = producer.send(records.get(i), (metadata, failure) -> {
                        // what the producer refuses at once, it says on its caller's thread
                        failures.set(
                                at,
                                failure == null
                                        ? null
                                        : new Failure(
                                                failure, Thread.currentThread().threadId() != caller));
                        open.countDown();
                    });
                } catch (InterruptException e) {
                    throw e;
                } catch (RuntimeException e) {
                    failures.set(at, new Failure(e, false));
                    open.countDown();
                }
                Failure failure = failures.get(i);
                boolean refused = failure != null && !failure.handedOver();
                refusal = refused && !(failure.cause() instanceof RecordTooLargeException) ? failure : null;
            } else {
                failures.set(i, new Failure(refusal.cause(), false));
                open.countDown();
            }
        }
    }

    private Round judged(String topic, AtomicReferenceArray<@Nullable Failure> failures, boolean inconclusive)
            throws InterruptedException {
        Fate[] fates = new Fate[failures.length()];
        boolean failed = false;
        boolean othersFault = false;
        for (int i = 0; i < fates.length; i++) {
            Failure failure = failures.get(i);
            if (failure == null) {
                fates[i] = ARRIVED;
            } else if (failure.cause() instanceof RecordTooLargeException) {
                fates[i] = new Fate.TooLarge(words(failure.cause()));
            } else {
                fates[i] = new Fate.Failed(words(failure.cause()), failure.handedOver());
                failed = true;
                othersFault |= failure.cause() instanceof BufferExhaustedException
                        || failure.cause() instanceof InvalidReplicationFactorException;
            }
        }
        if (failed) {
            topics.doubt(topic);
        } else {
            topics.works(topic);
        }
        return new Round(List.of(fates), inconclusive || othersFault || (failed && !cluster.answers()));
    }

    /** Closes at once; whoever waits for brokers is interrupted. */
    @Override
    public void close() {
        cluster.close();
    }

    private static String words(Exception failure) {
        return failure.getClass().getSimpleName() + ": " + failure.getMessage();
    }
}
