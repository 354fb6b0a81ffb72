package io.mics.store.sql;

import io.mics.conversation.NewMessage;
import io.mics.observe.Log;
import io.mics.store.MessageIdGenerator;
import io.mics.store.MessageIdGenerator.Ids;
import io.mics.store.MessageWriter;
import io.mics.store.Written;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes batches by an engine's own transaction: repeats one that others were in the way of, and halves one that the
 * database will never take, until it is known which message it is.
 */
public abstract class BatchWriter implements MessageWriter {
    private static final Log LOG = Log.of(BatchWriter.class);
    private static final int MOST_ATTEMPTS = 20;
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final MessageIdGenerator ids;
    private final Dialect dialect;

    protected BatchWriter(MessageIdGenerator ids, Dialect dialect) {
        this.ids = ids;
        this.dialect = dialect;
    }

    /** Stores items of {@code batch} in one transaction and says what became of each, or throws and stores none. */
    protected abstract void store(Batch batch, List<Batch.Item> items) throws SQLException;

    @Override
    public final Result write(List<NewMessage> messages) {
        if (messages.isEmpty()) {
            return new Result.Committed(List.of());
        }
        return switch (ids.take(messages.size())) {
            case Ids.Refused refused -> new Result.NotCommitted(refused.cause());
            case Ids.Taken taken -> write(new Batch(messages, taken.ids()));
        };
    }

    private Result write(Batch batch) {
        Result result = write(batch, batch.items());
        return result instanceof Result.Committed ? new Result.Committed(batch.written()) : result;
    }

    private Result write(Batch batch, List<Batch.Item> items) {
        for (int attempt = 1; !items.isEmpty(); attempt++) {
            try {
                store(batch, items);
                break;
            } catch (SQLException e) {
                switch (dialect.failure(e)) {
                    case AWAY -> {
                        return new Result.NotCommitted(cause(e));
                    }
                    case LOST -> {
                        return new Result.Unknown(cause(e));
                    }
                    case CONFLICT -> {
                        if (attempt == MOST_ATTEMPTS) {
                            return new Result.NotCommitted("others are in the way: " + cause(e));
                        }
                        pause(attempt);
                    }
                    case NEVER -> {
                        return halve(batch, items, e);
                    }
                }
            }
        }
        return new Result.Committed(List.of());
    }

    private Result halve(Batch batch, List<Batch.Item> items, SQLException e) {
        if (items.size() == 1) {
            LOG.error(
                    "message_refused_by_database",
                    null,
                    "tenant",
                    items.getFirst().message().tenant(),
                    "cause",
                    cause(e));
            batch.put(items.getFirst(), new Written.Refused(cause(e)));
            return new Result.Committed(List.of());
        }
        int middle = items.size() / 2;
        Result first = write(batch, items.subList(0, middle));
        if (!(first instanceof Result.Committed)) {
            return first;
        }
        Result second = write(batch, items.subList(middle, items.size()));
        // the first half is stored
        return second instanceof Result.NotCommitted not ? new Result.Unknown(not.cause()) : second;
    }

    private static void pause(int attempt) {
        if (attempt > 1) {
            long most = Math.min(LONGEST_PAUSE_NANOS, TimeUnit.MILLISECONDS.toNanos(1) << Math.min(attempt, 10));
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(most) + 1);
        }
    }

    private static String cause(SQLException e) {
        return "SQL state " + e.getSQLState() + ", code " + e.getErrorCode();
    }
}
