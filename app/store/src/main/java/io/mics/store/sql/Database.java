package io.mics.store.sql;

import java.sql.Connection;
import java.sql.SQLException;

/** Connections to one database. Waits for a connection and for each statement a bounded time; safe on any thread. */
public interface Database extends AutoCloseable {
    /** What is done with a connection; it is not kept. */
    @FunctionalInterface
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /** Reads; each statement for itself. */
    <T> T read(Work<T> work) throws SQLException;

    /** Writes in one transaction, which is rolled back where {@code work} throws. */
    <T> T write(Work<T> work) throws SQLException;

    /** How it is spoken to. */
    Dialect dialect();

    @Override
    void close();
}
