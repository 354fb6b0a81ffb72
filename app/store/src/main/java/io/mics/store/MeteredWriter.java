package io.mics.store;

import io.mics.conversation.NewMessage;
import io.mics.observe.Histogram;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import java.util.List;

/** Measures what another writer stores: how many messages together, and how long that takes. */
public final class MeteredWriter implements MessageWriter {
    private final MessageWriter writer;
    private final Histogram messages;
    private final Histogram duration;

    /** Measures what {@code writer} stores for {@code node}. */
    public MeteredWriter(MessageWriter writer, Metrics metrics, String node) {
        this.writer = writer;
        this.messages = metrics.histogram(Metric.STORE_BATCH_MESSAGES, node);
        this.duration = metrics.histogram(Metric.STORE_COMMIT_DURATION, node);
    }

    @Override
    public Result write(List<NewMessage> batch) {
        long start = System.nanoTime();
        Result result = writer.write(batch);
        if (result instanceof Result.Committed) {
            messages.record(batch.size());
            duration.recordSince(start);
        }
        return result;
    }
}
