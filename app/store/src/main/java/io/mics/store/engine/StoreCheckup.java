package io.mics.store.engine;

import io.mics.store.DatabaseAddress;
import io.mics.store.StoreSettings;
import io.mics.store.embedded.EmbeddedDatabase;
import io.mics.store.postgres.PostgresDatabase;
import io.mics.store.schema.Schema;
import io.mics.store.sql.Parameters;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import javax.sql.DataSource;

/** One look at the store of durable conversations, for whoever wants to know whether it will do. Changes nothing. */
public final class StoreCheckup {
    private static final int COMMITS = 5;
    private static final int PAGE_BYTES = 4_096;

    /** Ends a transaction that waits for the disk like any, and leaves nothing in any table. */
    private static final String WRITE = "SELECT pg_logical_emit_message(true, 'mics-doctor', '')";

    /** As those are who store messages. */
    private static final String DURABLE = "SELECT set_config('synchronous_commit', 'on', false)"
            + " WHERE current_setting('synchronous_commit') = 'off'";

    private static final String NOW = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint";

    /** What the login lacks. The tables are there, or it makes them. */
    private static final String LACKING = "SELECT CASE"
            + " WHEN pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' THEN 'takes no writes'"
            + " WHEN to_regclass('messages') IS NULL AND current_schema() IS NULL THEN 'has no schema for tables'"
            + " WHEN to_regclass('messages') IS NULL AND NOT has_schema_privilege(current_schema(), 'CREATE')"
            + " THEN 'lets ' || current_user || ' make no tables in the schema ' || current_schema()"
            + " WHEN to_regclass('messages') IS NOT NULL AND NOT has_table_privilege('messages', 'INSERT')"
            + " THEN 'lets ' || current_user || ' not write to the table messages'"
            + " ELSE '' END";

    private StoreCheckup() {}

    /** What was found. */
    public sealed interface Result {
        /**
         * A start would be refused.
         *
         * @param key the setting that is wrong
         */
        record Unusable(String key, String how) implements Result {}

        /**
         * A PostgreSQL.
         *
         * @param shown      its address, without a secret
         * @param version    14 or later
         * @param unsafe     why acknowledged messages may be lost there; empty when they are not
         * @param commit     the median of what a small transaction took
         * @param timeMillis its clock, in milliseconds since 1970-01-01 UTC, read within the next two
         */
        record Postgres(
                String shown,
                int version,
                Optional<String> unsafe,
                Schema.State schema,
                Duration commit,
                long timeMillis,
                long beforeMillis,
                long afterMillis)
                implements Result {}

        /**
         * A folder for the embedded database, which is there or can be made.
         *
         * @param there  whether a database is in it
         * @param schema its own, or the one it will have
         * @param commit the median of what a few bytes took to be on the disk
         */
        record Folder(String folder, boolean there, Schema.State schema, Duration commit) implements Result {}

        /** A folder that another process has, which may be this server, running. */
        record FolderInUse(String folder) implements Result {}
    }

    /** Looks at the store that these settings name; blocks a few seconds at most. */
    public static Result of(StoreSettings settings) {
        Optional<DatabaseAddress> address = settings.address();
        try {
            return address.isPresent() ? postgres(address.get()) : folder(Path.of(settings.folder()));
        } catch (StoreRefusedException e) {
            return new Result.Unusable(e.key(), "" + e.getMessage());
        }
    }

    private static Result postgres(DatabaseAddress address) throws StoreRefusedException {
        DataSource source = PostgresDatabase.forCheckup(address);
        try (Connection c = source.getConnection()) {
            Store.checkServer(c, address);
            String lacking =
                    Parameters.first(c, LACKING, row -> row.getString(1)).orElse("");
            if (!lacking.isEmpty()) {
                return new Result.Unusable("store.url", address.shown() + " " + lacking);
            }
            var unused = Parameters.first(c, DURABLE, row -> row.getString(1));
            long before = System.currentTimeMillis();
            long theirs = Parameters.first(c, NOW, row -> row.getLong(1)).orElse(before);
            long after = System.currentTimeMillis();
            return new Result.Postgres(
                    address.shown(),
                    c.getMetaData().getDatabaseMajorVersion(),
                    Store.isUnsafe(c) ? Optional.of(Store.UNSAFE) : Optional.empty(),
                    Schema.examine(source, Schema.Spelling.POSTGRES),
                    commits(() -> Parameters.first(c, WRITE, row -> row.getString(1))),
                    theirs,
                    before,
                    after);
        } catch (SQLException e) {
            throw new StoreRefusedException("store.url", Store.whyNotReached(address, e));
        }
    }

    private static Result folder(Path folder) throws StoreRefusedException {
        Optional<String> refusal = EmbeddedDatabase.refusal(folder);
        if (refusal.isPresent()) {
            if (refusal.get().equals(EmbeddedDatabase.TAKEN)) {
                return new Result.FolderInUse(folder.toString());
            }
            throw new StoreRefusedException("store.folder", "'" + folder + "' " + refusal.get());
        }
        boolean there = EmbeddedDatabase.isIn(folder);
        Schema.State schema = there ? schema(folder) : new Schema.State.Pending("", "");
        return new Result.Folder(folder.toString(), there, schema, commits(folder));
    }

    private static Schema.State schema(Path folder) throws StoreRefusedException {
        try (EmbeddedDatabase database = EmbeddedDatabase.open(folder)) {
            return Schema.examine(database.forStart(), Schema.Spelling.SQLITE);
        } catch (EmbeddedDatabase.FolderRefusedException e) {
            throw new StoreRefusedException("store.folder", "'" + folder + "' " + e.getMessage());
        }
    }

    /** What the disk of a folder, or of what will hold it, takes to have a page. */
    private static Duration commits(Path folder) throws StoreRefusedException {
        Path nearest = folder.toAbsolutePath().normalize();
        while (!Files.isDirectory(nearest) && nearest.getParent() != null) {
            nearest = nearest.getParent();
        }
        try {
            Path file = Files.createTempFile(nearest, "mics-doctor", ".tmp");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                return commits(() -> {
                    channel.write(ByteBuffer.allocate(PAGE_BYTES));
                    channel.force(true);
                });
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new StoreRefusedException("store.folder", "'" + folder + "' cannot be written: " + e.getMessage());
        }
    }

    /** Writes something, and is done when the disk has it. */
    private interface Commit<E extends Exception> {
        void run() throws E;
    }

    /** The median of a few. */
    private static <E extends Exception> Duration commits(Commit<E> commit) throws E {
        long[] nanos = new long[COMMITS];
        for (int i = 0; i < nanos.length; i++) {
            long start = System.nanoTime();
            commit.run();
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return Duration.ofNanos(nanos[COMMITS / 2]);
    }
}
