package io.mics.tenant;

import java.time.Duration;
import java.util.Set;

/**
 * How a tenant's durable conversations are.
 *
 * @param ack             when a message is acknowledged
 * @param appendTimeout   how long the log may take to accept a message
 * @param recallWindow    how long a sender may recall a message; 0 forbids it
 * @param editWindow      how long a sender may edit a message; 0 forbids it
 * @param groups          who says who is in a group
 * @param worldSenders    users who may write to {@code world}
 * @param smallGroup      members of a group up to which a message is distributed at once
 * @param notifyOnlyAbove members of a group beyond which devices are only notified that there is news
 * @param retentionAge    how old messages may become; 0 keeps them
 * @param retentionCount  how many messages one conversation may have; 0 keeps them
 * @param wal             when messages are written to the write-ahead log
 */
public record DurableSettings(
        Ack ack,
        Duration appendTimeout,
        Duration recallWindow,
        Duration editWindow,
        Groups groups,
        Set<String> worldSenders,
        int smallGroup,
        int notifyOnlyAbove,
        Duration retentionAge,
        int retentionCount,
        Wal wal) {
    /** When a message is acknowledged. */
    public enum Ack {
        /** The log has it. */
        ACCEPTED,
        /** The database has it. */
        PERSISTED
    }

    /** When messages are written to the write-ahead log in Redis. */
    public enum Wal {
        /** Never. */
        OFF,
        /** While Kafka is away. */
        FALLBACK,
        /** Before Kafka, every one. */
        ALWAYS
    }

    /** Who says who is in a group. */
    public enum Groups {
        /** The tenant's backend where it has one, else the database. */
        AUTO,
        /** The database. */
        STORED,
        /** The tenant's backend. */
        HOOK
    }

    public static final DurableSettings DEFAULTS = new DurableSettings(
            Ack.ACCEPTED,
            Duration.ofSeconds(5),
            Duration.ofMinutes(2),
            Duration.ofMinutes(15),
            Groups.AUTO,
            Set.of(),
            500,
            10_000,
            Duration.ZERO,
            0,
            Wal.OFF);

    /** Takes a copy of the set. */
    public DurableSettings {
        worldSenders = Set.copyOf(worldSenders);
    }
}
