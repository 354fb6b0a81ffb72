package io.mics.store.postgres;

import io.mics.store.sql.Dialect;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import java.util.UUID;

/** How PostgreSQL is spoken to. */
public final class PostgresDialect implements Dialect {
    /** Unique violation: another writer stored the same, or made the same conversation; serialization; deadlock. */
    private static final Set<String> CONFLICTS = Set.of("23505", "40001", "40P01");
    /** Of data, integrity, limits and exceptions of triggers: as long as the message is what it is. */
    private static final Set<String> NEVER = Set.of("22", "23", "54", "P0");

    private static final String NOT_CONNECTED = "08001";
    private static final String REFUSED = "08004";

    @Override
    public String forUpdate() {
        return " FOR UPDATE";
    }

    @Override
    public String nowMs() {
        return "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";
    }

    @Override
    public Object hash(byte[] hash) {
        ByteBuffer bytes = ByteBuffer.wrap(hash);
        return new UUID(bytes.getLong(), bytes.getLong());
    }

    @Override
    public Failure failure(SQLException e) {
        if (e instanceof SQLTransientConnectionException) { // none was free or could be opened in time
            return Failure.AWAY;
        }
        String state = e.getSQLState();
        if (state == null || state.length() != 5) {
            return Failure.LOST;
        }
        if (CONFLICTS.contains(state)) {
            return Failure.CONFLICT;
        }
        if (NEVER.contains(state.substring(0, 2))) {
            return Failure.NEVER;
        }
        boolean connected = !state.equals(NOT_CONNECTED) && !state.equals(REFUSED);
        // a connection that ends, by a shutdown too, may end after the commit
        boolean ended = state.startsWith("08") || state.startsWith("57P");
        return connected && ended ? Failure.LOST : Failure.AWAY;
    }
}
