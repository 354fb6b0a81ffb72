package io.mics.sdk.event;

/** Where a record stands in Kafka. */
public record Position(String topic, int partition, long offset) {

    /** {@code topic/partition/offset}; a topic's name never contains a slash. */
    @Override
    public String toString() {
        return topic + "/" + partition + "/" + offset;
    }
}
