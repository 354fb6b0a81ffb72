package io.mics.store.engine;

import io.mics.conversation.Conversations;
import io.mics.observe.Log;
import io.mics.store.DatabaseAddress;
import io.mics.store.MessageIdGenerator;
import io.mics.store.MessageIdGenerator.Clock;
import io.mics.store.MessageWriter;
import io.mics.store.NodePart;
import io.mics.store.StoreSettings;
import io.mics.store.embedded.EmbeddedDatabase;
import io.mics.store.embedded.EmbeddedMessageWriter;
import io.mics.store.postgres.PostgresDatabase;
import io.mics.store.postgres.PostgresMessageWriter;
import io.mics.store.schema.Schema;
import io.mics.store.sql.Database;
import io.mics.store.sql.Leases;
import io.mics.store.sql.Parameters;
import io.mics.store.sql.PersonalData;
import io.mics.store.sql.Retention;
import io.mics.store.sql.SqlConversations;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** The store of a node, open: PostgreSQL where an address is set, else a file. Safe on any thread. */
public final class Store implements AutoCloseable {
    private static final Log LOG = Log.of(Store.class);
    private static final int OLDEST_VERSION = 140_000;
    static final String UNSAFE = "fsync is off: acknowledged messages are lost when the machine stops";
    private static final String NEWEST_ID = "SELECT COALESCE(max(message_id), 0) FROM messages";

    private final List<Database> databases;
    private final Database readers;
    private final Conversations conversations;
    private final MessageWriter writer;
    private final int writers;

    private Store(List<Database> databases, MessageWriter writer, int writers) {
        this.databases = databases;
        this.readers = databases.getFirst();
        this.conversations = new SqlConversations(readers);
        this.writer = writer;
        this.writers = writers;
    }

    /**
     * Opens the database, brings its schema up to date, and makes what reads and writes there.
     *
     * @param node the part of message ids; the embedded database has one node, so a fixed one does
     */
    public static Store open(StoreSettings settings, NodePart node) throws StoreRefusedException {
        return open(settings, node, settings.poolSize());
    }

    /**
     * The same for so many threads that store messages at a time.
     *
     * @param mostWriters bounds connections to store by, which are a third of all otherwise
     */
    public static Store open(StoreSettings settings, NodePart node, int mostWriters) throws StoreRefusedException {
        Optional<DatabaseAddress> address = settings.address();
        int writing = Math.clamp(settings.poolSize() / 3, 1, mostWriters);
        return address.isPresent()
                ? openPostgres(address.get(), settings.poolSize() - writing, writing, node)
                : openEmbedded(Path.of(settings.folder()), node);
    }

    private static Store openPostgres(DatabaseAddress address, int reading, int writing, NodePart node)
            throws StoreRefusedException {
        DataSource start = PostgresDatabase.forStart(address);
        try (Connection connection = start.getConnection()) {
            checkServer(connection, address);
            if (isUnsafe(connection)) {
                LOG.warn("database_unsafe", "what", UNSAFE);
            }
        } catch (SQLException e) {
            throw new StoreRefusedException("store.url", whyNotReached(address, e));
        }
        migrate(start, Schema.Spelling.POSTGRES, "store.url");
        Database readers = PostgresDatabase.forReaders(address, reading);
        Database writers = PostgresDatabase.forWriters(address, writing);
        return new Store(
                List.of(readers, writers), new PostgresMessageWriter(writers, MessageIdGenerator.of(node)), writing);
    }

    /** Refuses a server that does not do. */
    static void checkServer(Connection c, DatabaseAddress address) throws SQLException, StoreRefusedException {
        int version = Parameters.first(c, "SELECT current_setting('server_version_num')::int", row -> row.getInt(1))
                .orElse(0);
        if (version < OLDEST_VERSION) {
            throw new StoreRefusedException(
                    "store.url", address.shown() + " is PostgreSQL " + version / 10_000 + "; 14 or later is needed");
        }
        String encoding = setting(c, "server_encoding");
        if (!encoding.equals("UTF8")) {
            throw new StoreRefusedException(
                    "store.url", address.shown() + " has the encoding " + encoding + "; UTF8 is needed");
        }
    }

    /** Whether commits do not wait for the disk of the server: {@link #UNSAFE}. */
    static boolean isUnsafe(Connection c) throws SQLException {
        return setting(c, "fsync").equals("off");
    }

    private static String setting(Connection c, String name) throws SQLException {
        return Parameters.first(c, "SELECT current_setting(?)", row -> row.getString(1), name)
                .orElse("");
    }

    /** In plain words, without a secret. */
    static String whyNotReached(DatabaseAddress address, SQLException e) {
        String state = String.valueOf(e.getSQLState());
        String why = switch (state) {
            case "28P01", "28000" ->
                "refuses the login of user '" + address.user() + "': check store.user and" + " store.password";
            case "3D000" -> "is not there: create the database";
            case "08001", "08004", "08006" -> "cannot be reached: " + firstLine(e);
            default -> "cannot be used: " + firstLine(e) + " (SQL state " + state + ")";
        };
        return address.shown() + " " + why;
    }

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private static Store openEmbedded(Path folder, NodePart node) throws StoreRefusedException {
        EmbeddedDatabase database;
        try {
            database = EmbeddedDatabase.open(folder);
        } catch (EmbeddedDatabase.FolderRefusedException e) {
            throw new StoreRefusedException("store.folder", "'" + folder + "' " + e.getMessage());
        }
        try {
            migrate(database.forStart(), Schema.Spelling.SQLITE, "store.folder");
            long newest = database.read(c -> Parameters.first(c, NEWEST_ID, row -> row.getLong(1)))
                    .orElse(0L);
            MessageIdGenerator ids = new MessageIdGenerator(node, Clock.SYSTEM, newest);
            return new Store(List.of(database), new EmbeddedMessageWriter(database, ids), 1);
        } catch (SQLException e) {
            database.close();
            throw new StoreRefusedException("store.folder", "'" + folder + "' cannot be used: " + firstLine(e));
        } catch (StoreRefusedException e) {
            database.close();
            throw e;
        }
    }

    private static void migrate(DataSource database, Schema.Spelling spelling, String key)
            throws StoreRefusedException {
        Optional<String> refused = Schema.migrate(database, spelling);
        if (refused.isPresent()) {
            throw new StoreRefusedException(key, refused.get());
        }
    }

    /** What is stored, as its readers may see it. */
    public Conversations conversations() {
        return conversations;
    }

    /** Stores messages. */
    public MessageWriter writer() {
        return writer;
    }

    /** Deletes what a tenant's settings do not keep. */
    public Retention retention() {
        return new Retention(readers);
    }

    /** What one node at a time does. */
    public Leases leases() {
        return new Leases(readers);
    }

    /** What is stored of single users. */
    public PersonalData personalData() {
        return new PersonalData(readers);
    }

    /** Connections to store messages by: so many transactions at a time. */
    public int writers() {
        return writers;
    }

    /** Why the database does not answer now; empty when it does. Blocks a bounded time. */
    public Optional<String> unavailable() {
        try {
            readers.read(c -> Parameters.first(c, "SELECT 1", row -> row.getInt(1)));
            return Optional.empty();
        } catch (SQLException e) {
            return Optional.of("database: " + firstLine(e));
        }
    }

    @Override
    public void close() {
        databases.forEach(Database::close);
    }
}
