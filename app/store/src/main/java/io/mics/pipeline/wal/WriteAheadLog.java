package io.mics.pipeline.wal;

import io.mics.pipeline.log.LogEntry;
import io.mics.store.Written;
import java.util.List;
import java.util.Optional;

/**
 * Records that are not in Kafka yet, shared by all nodes: a queue for each shard of each tenant. The records of one
 * conversation are in one shard. Blocks for a bounded time; safe on any thread.
 */
public interface WriteAheadLog {
    /** Shards of each tenant. */
    int SHARDS = 4;

    /** Which shard a conversation's records are in; the same on every node. */
    static int shard(String conversation) {
        return Math.floorMod(conversation.hashCode(), SHARDS);
    }

    /** Why what is written here could be lost, or cannot be written; empty when it is safe. */
    Optional<String> unsafe();

    /** How many records are in each shard of a tenant, by its number. */
    Sizes sizes(String tenant);

    /** Appends records to a shard, in order, all or none. */
    Written append(String tenant, int shard, List<LogEntry> records);

    /** The oldest records of a shard, in order, for {@code drainer}, who alone gets any for ten seconds. */
    Oldest oldest(String tenant, int shard, String drainer);

    /** Removes records that Kafka has; says how many are left, or nothing where that is not known. */
    Optional<Long> remove(String tenant, int shard, List<String> ids);

    /** Takes a record that Kafka never takes out of the way, and keeps it for operators; says whether it is. */
    boolean refuse(String tenant, int shard, String id);

    /** How many records there are. */
    sealed interface Sizes {
        /** By shard. */
        record Known(List<Long> ofShards) implements Sizes {
            /** Of all shards. */
            public long sum() {
                return ofShards.stream().mapToLong(Long::longValue).sum();
            }
        }

        /** Nobody answered. */
        record Unavailable(String cause) implements Sizes {}
    }

    /** What came of appending. */
    sealed interface Written {
        /** They are in it. */
        record Done() implements Written {}

        /** There is no room; none is in it. */
        record Full() implements Written {}

        /** They may be in it. */
        record Undecided(String cause) implements Written {}
    }

    /** What is to be brought to Kafka first. */
    sealed interface Oldest {
        /** Records with their ids; none when the shard is empty. */
        record Some(List<Entry> entries) implements Oldest {}

        /** Another node drains this shard. */
        record Anothers() implements Oldest {}

        /** Nobody answered. */
        record Unavailable(String cause) implements Oldest {}
    }

    /** A record and what it is called here. */
    record Entry(String id, LogEntry record) {}
}
