package io.mics.store.sql;

import java.sql.SQLException;

/** What engines spell differently in a statement, and what their errors mean. */
public interface Dialect {
    /** What ends a {@code SELECT} whose rows are locked until the transaction ends. */
    String forUpdate();

    /** The database's time of day in milliseconds since 1970: one clock, whichever node asks. */
    String nowMs();

    /** A hash of 16 bytes as a parameter. */
    Object hash(byte[] hash);

    /** What an error means for what was being written. */
    Failure failure(SQLException e);

    /** What an error means. */
    enum Failure {
        /** Others were in the way; the same at once may succeed. */
        CONFLICT,
        /** The database is away, full, read-only or slow; nothing was done. */
        AWAY,
        /** The connection was lost: it was done, or not. */
        LOST,
        /** It will never be done as it is. */
        NEVER
    }
}
