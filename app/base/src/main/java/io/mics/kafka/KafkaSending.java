package io.mics.kafka;

import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Sends records of one topic together: what a worker needs of the producer. Creates a missing topic, where allowed. */
public interface KafkaSending {
    /** Waits while no broker answers, then sends; every record is settled when it returns. */
    Round send(String topic, List<ProducerRecord<String, byte[]>> records) throws InterruptedException;

    /** What became of one record. */
    sealed interface Fate {
        /** Why it is not in the log, for ours; empty when it is. */
        String cause();

        /** The log has it. */
        record Arrived() implements Fate {
            @Override
            public String cause() {
                return "";
            }
        }

        /** It fits nowhere; trying again is of no use. */
        record TooLarge(String cause) implements Fate {}

        /**
         * It may be tried again.
         *
         * @param undecided whether the log may have it all the same: it was handed to the producer, and no broker said
         *                  what became of it
         */
        record Failed(String cause, boolean undecided) implements Fate {
            /** Of a record that the log may have. */
            public Failed(String cause) {
                this(cause, true);
            }
        }
    }

    /**
     * What became of records sent together.
     *
     * @param fates        in the order of the records
     * @param inconclusive whether what failed says nothing about the topic: no broker answered, there are too few of
     *                     them for a new topic, or the producer had no memory
     */
    record Round(List<Fate> fates, boolean inconclusive) {
        public boolean failed() {
            return fates.stream().anyMatch(Fate.Failed.class::isInstance);
        }
    }
}
