package io.mics.kafka;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/** One look at a Kafka, for whoever wants to know whether it will do. */
public final class KafkaCheckup {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private KafkaCheckup() {}

    /** Why the brokers cannot be used, in plain words, if they cannot; blocks a few seconds at most. */
    public static Optional<String> of(KafkaConnection connection) {
        try (Admin admin = Admin.create(KafkaClients.shared(connection))) {
            admin.describeCluster().nodes().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return Optional.empty();
        } catch (TimeoutException e) {
            return Optional.of("does not answer within " + PATIENCE.toSeconds() + " s");
        } catch (ExecutionException e) {
            return Optional.of("does not answer: " + (e.getCause() == null ? e : e.getCause()).getMessage());
        } catch (KafkaException e) {
            return Optional.of("cannot be asked: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("was not waited for");
        }
    }
}
