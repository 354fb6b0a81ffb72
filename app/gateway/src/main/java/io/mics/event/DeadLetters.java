package io.mics.event;

import io.mics.proto.hook.v1.EventType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Events that their topic did not take, and calls of hooks that were given up: to be looked at, and replayed.
 * Calls block for seconds at most.
 */
public interface DeadLetters {
    /** Where events stay in the process there are none. */
    DeadLetters NONE = new DeadLetters() {
        @Override
        public Listing list(Filter filter, int limit) {
            return new Listing.Found(List.of(), false);
        }

        @Override
        public Replaying replay(Filter filter, int limit) {
            return new Replaying.Done(0, 0, 0, false);
        }
    };

    /**
     * Which ones.
     *
     * @param type  only of this type
     * @param from  which died at that time or later
     * @param to    which died before that time
     * @param cause whose cause contains this text; empty is every one
     * @param hook  of this hook, or {@link #ANY_HOOK}; empty: those that their topic did not take
     */
    record Filter(String tenant, Optional<EventType> type, Instant from, Instant to, String cause, String hook) {
        /** Every hook's. */
        public static final String ANY_HOOK = "*";

        /** Those that their topic did not take. */
        public Filter(String tenant, Optional<EventType> type, Instant from, Instant to, String cause) {
            this(tenant, type, from, to, cause, "");
        }

        /** Whether {@code letter}, of the tenant, is one of them. */
        public boolean matches(DeadLetter letter) {
            return type.map(wanted -> wanted == letter.type()).orElse(true)
                    && !letter.died().isBefore(from)
                    && letter.died().isBefore(to)
                    && letter.cause().contains(cause)
                    && (hook.equals(ANY_HOOK) ? !letter.hook().isEmpty() : hook.equals(letter.hook()));
        }
    }

    /**
     * One of them.
     *
     * @param id         the event's identity, the same wherever it is sent
     * @param user       its key
     * @param cause      why its topic did not take it
     * @param attempts   how often it was tried
     * @param died       when it was given up
     * @param valueBytes its size; one too large for the dead letter topic is there without its value
     * @param replayable whether its value is there
     * @param hook       whose call was given up; empty when its topic did not take it
     * @param point      {@code post-send}, {@code delivery} or {@code recall}; empty with {@code hook}
     */
    record DeadLetter(
            String id,
            EventType type,
            String user,
            String cause,
            int attempts,
            Instant died,
            long valueBytes,
            boolean replayable,
            String hook,
            String point) {}

    /** What came of looking. */
    sealed interface Listing {
        /** The oldest that match; {@code more}: there are others. */
        record Found(List<DeadLetter> letters, boolean more) implements Listing {}

        /** They cannot be read now. */
        record Unavailable(String cause) implements Listing {}
    }

    /** What came of sending them once more. */
    sealed interface Replaying {
        /**
         * All that match were sent, or as many as were asked for, or it ended at one that was not taken.
         *
         * @param replayed     are in their topic, and dead letters no more
         * @param withoutValue cannot be sent: their value was too large for the dead letter topic
         * @param failed       1 when it ended at one that was not taken this time either, and stays
         * @param more         there are others that match
         */
        record Done(int replayed, int withoutValue, int failed, boolean more) implements Replaying {}

        /** They cannot be read now; what was sent before that is dead no more. */
        record Unavailable(String cause) implements Replaying {}
    }

    /** The oldest {@code limit} that match and were not replayed. */
    Listing list(Filter filter, int limit);

    /**
     * Sends {@code limit} that match to the topic they were meant for, in order per user, identity and all; those of a
     * hook go to that hook alone. Interrupted half way, the next call goes on where it ended; one event at most
     * is then sent twice, under its one identity, or lost if its hook may not be notified twice.
     */
    Replaying replay(Filter filter, int limit);
}
