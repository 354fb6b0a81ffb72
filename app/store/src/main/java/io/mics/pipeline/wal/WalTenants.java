package io.mics.pipeline.wal;

import io.mics.tenant.DurableSettings.Wal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What is known of the tenants' write-ahead logs. A tenant that has none is asked about once: it may have had one, and
 * what is left there comes before what is appended now.
 */
final class WalTenants {
    private static final WriteAheadLog.Sizes.Known EMPTY =
            new WriteAheadLog.Sizes.Known(Collections.nCopies(WriteAheadLog.SHARDS, 0L));

    private final WriteAheadLog wal;
    private final Function<String, Wal> settings;
    private final Map<String, WriteAheadLog.Sizes.Known> sizes = new ConcurrentHashMap<>();
    /** How often something was written for a tenant: an answer from before that says nothing any more. */
    private final Map<String, Long> writes = new ConcurrentHashMap<>();

    /** Tenants with these settings. */
    WalTenants(WriteAheadLog wal, Function<String, Wal> settings) {
        this.wal = wal;
        this.settings = settings;
    }

    Wal setting(String tenant) {
        return settings.apply(tenant);
    }

    /** Whether a tenant has no log, and nothing is left of one. */
    boolean isWithout(String tenant) {
        WriteAheadLog.Sizes.Known known = sizes.get(tenant);
        return setting(tenant) == Wal.OFF && known != null && known.sum() == 0;
    }

    /**
     * Records of each shard now. While nobody answers, a log that is not always written counts as empty if it was so
     * when it was looked at last.
     */
    WriteAheadLog.Sizes look(String tenant) {
        Long before = writes.get(tenant);
        WriteAheadLog.Sizes now = wal.sizes(tenant);
        if (now instanceof WriteAheadLog.Sizes.Known known) {
            sizes.compute(tenant, (id, last) -> last == null || Objects.equals(before, writes.get(id)) ? known : last);
            return known;
        }
        WriteAheadLog.Sizes.Known last = sizes.get(tenant);
        if (last == null && setting(tenant) == Wal.OFF) {
            return EMPTY;
        }
        return last != null && last.sum() == 0 && setting(tenant) != Wal.ALWAYS ? last : now;
    }

    /** Records of all shards, as they were known last. */
    long known(String tenant) {
        return sizes.getOrDefault(tenant, EMPTY).sum();
    }

    /** Something was written: the log is not empty any more, whatever becomes of Redis. */
    void written(String tenant, int shard, int count) {
        sizes.computeIfPresent(tenant, (id, before) -> {
            writes.merge(id, 1L, Long::sum);
            List<Long> more = new ArrayList<>(before.ofShards());
            more.set(shard, more.get(shard) + count);
            return new WriteAheadLog.Sizes.Known(List.copyOf(more));
        });
    }

    void forget(String tenant) {
        sizes.remove(tenant);
        writes.remove(tenant);
    }
}
