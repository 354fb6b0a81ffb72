package io.mics.store.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.mics.store.DatabaseAddress;
import io.mics.store.sql.Database;
import io.mics.store.sql.Dialect;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Pooled connections to PostgreSQL. */
public final class PostgresDatabase implements Database {
    private static final String APPLICATION = "mics";
    private static final long CONNECTION_TIMEOUT_MS = 2_000;
    private static final int CONNECT_SECONDS = 2;
    private static final int CHECKUP_SECONDS = 5;

    private final HikariDataSource pool;
    private final Dialect dialect = new PostgresDialect();

    /**
     * What connections are for.
     *
     * @param name            of the pool
     * @param size            connections
     * @param statementMs     what one statement may take until the database cancels it
     * @param custom          whether each statement is planned with its parameters
     */
    private record Use(String name, int size, int statementMs, boolean custom) {
        /**
         * What begins each connection. Every statement is served by indexes, and is small: tables are not read whole
         * where statistics are old, nothing is compiled. A commit that does not wait for the disk would lose
         * acknowledged messages.
         */
        String begin() {
            return "SET statement_timeout = " + statementMs + "; SET lock_timeout = " + statementMs
                    + "; SET enable_seqscan = off; SET jit = off"
                    + (custom ? "; SET plan_cache_mode = force_custom_plan" : "")
                    + "; SELECT set_config('synchronous_commit', 'on', false)"
                    + " WHERE current_setting('synchronous_commit') = 'off'";
        }
    }

    private PostgresDatabase(DatabaseAddress address, Use use) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(use.name());
        config.setJdbcUrl(address.jdbcUrl());
        if (!address.user().isEmpty()) {
            config.setUsername(address.user());
        }
        if (!address.password().isEmpty()) {
            config.setPassword(address.password());
        }
        config.setMaximumPoolSize(use.size());
        config.setMinimumIdle(Math.min(2, use.size()));
        config.setConnectionTimeout(CONNECTION_TIMEOUT_MS);
        config.setValidationTimeout(1_000);
        config.setInitializationFailTimeout(-1);
        // otherwise the pool takes it from its first connection, and never makes another one if that is lost before
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        config.setConnectionInitSql(use.begin());
        config.addDataSourceProperty("ApplicationName", APPLICATION);
        config.addDataSourceProperty("connectTimeout", CONNECT_SECONDS);
        config.addDataSourceProperty("loginTimeout", CONNECT_SECONDS);
        // one that says nothing any more, where the database cannot cancel by itself
        config.addDataSourceProperty("socketTimeout", use.statementMs() / 1_000 + 2);
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("logServerErrorDetail", "false"); // it quotes rows
        pool = new HikariDataSource(config);
    }

    /** Connections to read by, and to change by what a single reader asks. */
    public static PostgresDatabase forReaders(DatabaseAddress address, int size) {
        return new PostgresDatabase(address, new Use("store-readers", size, 2_000, false));
    }

    /**
     * Connections to store batches by. With a plan made without the batch's size the statement is several times slower:
     * its joins on arrays go quadratic.
     */
    public static PostgresDatabase forWriters(DatabaseAddress address, int size) {
        return new PostgresDatabase(address, new Use("store-writers", size, 5_000, true));
    }

    /** Connections, which their user closes, for what happens once at the start; without time-outs for statements. */
    public static DataSource forStart(DatabaseAddress address) {
        return source(address);
    }

    private static PGSimpleDataSource source(DatabaseAddress address) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(address.jdbcUrl());
        if (!address.user().isEmpty()) {
            source.setUser(address.user());
        }
        if (!address.password().isEmpty()) {
            source.setPassword(address.password());
        }
        source.setConnectTimeout(CONNECT_SECONDS);
        source.setApplicationName(APPLICATION);
        return source;
    }

    /** The same for whoever only looks, and waits a few seconds for an answer. */
    public static DataSource forCheckup(DatabaseAddress address) {
        PGSimpleDataSource source = source(address);
        source.setLoginTimeout(CONNECT_SECONDS);
        source.setSocketTimeout(CHECKUP_SECONDS);
        return source;
    }

    @Override
    public <T> T read(Work<T> work) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return work.on(connection);
        }
    }

    @Override
    public <T> T write(Work<T> work) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false); // the pool rolls back what is not committed, and switches it on again
            T result = work.on(connection);
            connection.commit();
            return result;
        }
    }

    @Override
    public Dialect dialect() {
        return dialect;
    }

    @Override
    public void close() {
        pool.close();
    }
}
