package io.mics.kafka;

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
import org.jspecify.annotations.Nullable;

/**
 * Sends records of one topic together and waits until each is settled. Connects in the background; while no broker
 * answers, senders wait. Safe on any thread; blocks.
 */
public final class KafkaSender implements KafkaSending, AutoCloseable {
    private static final long LOOK_SECONDS = 2;

    private static final Fate ARRIVED = new Fate.Arrived();

    private final KafkaCluster cluster;
    private final KafkaTopics topics;

    private KafkaSender(KafkaProducerSettings settings) {
        this.cluster = new KafkaCluster(settings);
        this.topics = new KafkaTopics(settings);
    }

    /** A sender that begins to connect. */
    public static KafkaSender open(KafkaProducerSettings settings) {
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

    /** Why no broker answers, as far as is known; empty when one does. */
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
        KafkaClients clients = cluster.await();
        AtomicReferenceArray<@Nullable Exception> failures = new AtomicReferenceArray<>(records.size());
        boolean inconclusive = false;
        try {
            topics.ensure(clients, topic);
            CountDownLatch open = new CountDownLatch(records.size());
            handOver(clients, records, failures, open);
            while (!open.await(LOOK_SECONDS, TimeUnit.SECONDS)) {
                if (cluster.answers()) {
                    topics.lookAgain(clients, topic);
                } else {
                    inconclusive = true;
                }
            }
        } catch (InterruptException e) {
            Thread.interrupted();
            throw new InterruptedException(e.getMessage());
        } catch (RuntimeException e) {
            for (int i = 0; i < records.size(); i++) {
                failures.set(i, e);
            }
        }
        return judged(topic, failures, inconclusive);
    }

    /** The first one that cannot even be handed over holds those after it back, so that none overtakes it. */
    private static void handOver(
            KafkaClients clients,
            List<ProducerRecord<String, byte[]>> records,
            AtomicReferenceArray<@Nullable Exception> failures,
            CountDownLatch open) {
        KafkaProducer<String, byte[]> producer = clients.producer(records.stream()
                .mapToLong(record -> record.value() == null ? 0 : record.value().length)
                .sum());
        @Nullable Exception refusal = null;
        for (int i = 0; i < records.size(); i++) {
            int at = i;
            if (refusal == null) {
                try {
                    Future<?> unused = producer.send(records.get(i), (metadata, failure) -> {
                        failures.set(at, failure);
                        open.countDown();
                    });
                } catch (InterruptException e) {
                    throw e;
                } catch (RuntimeException e) {
                    failures.set(at, e);
                    open.countDown();
                }
                Exception failure = failures.get(i);
                refusal = failure instanceof RecordTooLargeException ? null : failure;
            } else {
                failures.set(i, refusal);
                open.countDown();
            }
        }
    }

    private Round judged(String topic, AtomicReferenceArray<@Nullable Exception> failures, boolean inconclusive)
            throws InterruptedException {
        Fate[] fates = new Fate[failures.length()];
        boolean failed = false;
        boolean othersFault = false;
        for (int i = 0; i < fates.length; i++) {
            Exception failure = failures.get(i);
            if (failure == null) {
                fates[i] = ARRIVED;
            } else if (failure instanceof RecordTooLargeException) {
                fates[i] = new Fate.TooLarge(words(failure));
            } else {
                fates[i] = new Fate.Failed(words(failure));
                failed = true;
                othersFault |= failure instanceof BufferExhaustedException
                        || failure instanceof InvalidReplicationFactorException;
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
