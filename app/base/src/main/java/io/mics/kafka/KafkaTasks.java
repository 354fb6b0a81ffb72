package io.mics.kafka;

import java.util.Collection;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * What a consumer group does with what it reads. Called on the loop's thread, which it must never block.
 *
 * @param <T> one thing to do for a record
 */
public interface KafkaTasks<T> {
    /** Makes records of one topic into tasks. */
    interface Decoder<T> {
        /** The tasks of one record; none when there is nothing to do for it. */
        List<Due<T>> tasks(ConsumerRecord<String, byte[]> record);
    }

    /** A task and when it is due, in milliseconds since 1970; 0 is at once. */
    record Due<T>(T task, long dueMs) {}

    /** The decoder of a topic's records; asked for once per topic and batch. */
    Decoder<T> decoder(String topic);

    /** Whether a task may not be done twice: it is then submitted only after a commit that says so. */
    boolean isAtMostOnce(T task);

    /**
     * Takes a task that is due, or refuses it while there is no room: then it is submitted again.
     *
     * @param settled to be called once, on any thread, when the task is done or safe elsewhere
     */
    boolean submit(T task, Runnable settled);

    /** How many records of a partition that this member reads are not settled; said once a second. */
    default void lags(String topic, int partition, long records) {}

    /**
     * These partitions are other members' from now on; what is settled when this returns is committed. May wait for
     * what is in hand, for a few seconds at most.
     */
    default void revoked(Collection<TopicPartition> partitions) {}
}
