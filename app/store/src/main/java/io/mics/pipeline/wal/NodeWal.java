package io.mics.pipeline.wal;

import io.mics.observe.Metrics;
import io.mics.pipeline.log.BatchAppender;
import io.mics.pipeline.log.RecordAppender;
import io.mics.tenant.DurableSettings.Wal;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** The write-ahead log of a node, in front of Kafka: what appends, and what drains. */
public final class NodeWal implements AutoCloseable {
    private final WriteAheadLog wal;
    private final WalTenants tenants;
    private final WalDrain drain;
    private final WalAppender appender;

    private NodeWal(
            RecordAppender kafka,
            WriteAheadLog wal,
            Function<String, Wal> settings,
            Supplier<Collection<String>> durable,
            int maxRecordBytes,
            Metrics metrics) {
        this.wal = wal;
        tenants = new WalTenants(wal, settings);
        WalMeters meters = new WalMeters(metrics, tenants);
        drain = new WalDrain(kafka, wal, tenants, durable, meters);
        appender = new WalAppender(kafka, wal, tenants, drain, meters, maxRecordBytes);
    }

    /**
     * Begins to drain what is there.
     *
     * @param kafka    what it stands in front of
     * @param settings of a tenant
     * @param durable  the durable tenants now
     * @param maxRecordBytes of one record that Kafka takes
     */
    public static NodeWal start(
            RecordAppender kafka,
            WriteAheadLog wal,
            Function<String, Wal> settings,
            Supplier<Collection<String>> durable,
            int maxRecordBytes,
            Metrics metrics) {
        NodeWal node = new NodeWal(kafka, wal, settings, durable, maxRecordBytes, metrics);
        node.drain.start();
        return node;
    }

    /** Bytes that are on their way from the log to Kafka at most, in this process. */
    public static long mostBytes() {
        return WalDrain.mostBytes();
    }

    /** Where messages are appended. */
    public BatchAppender appender() {
        return appender;
    }

    /** Why the log cannot be used now; empty when it can. */
    public Optional<String> unusable() {
        return wal.unsafe();
    }

    /** Forgets a tenant. */
    public void forget(String tenant) {
        tenants.forget(tenant);
    }

    @Override
    public void close() {
        drain.close();
    }
}
