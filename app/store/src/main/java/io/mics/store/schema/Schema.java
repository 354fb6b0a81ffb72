package io.mics.store.schema;

import io.mics.observe.Log;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.output.MigrateResult;

/**
 * Brings a database to the schema that this release knows, forwards only. Nodes that start at one time take turns by a
 * lock of the database's. A script only adds what the release before ignores, so nodes of both may run beside each
 * other while a cluster is renewed; once a later release has been there, an earlier one no longer starts.
 */
public final class Schema {
    private static final Log LOG = Log.of(Schema.class);
    private static final String SCRIPTS = "classpath:io/mics/store/schema";
    private static final String HISTORY = "schema_history";

    /** How the engines spell what the scripts leave open. */
    public enum Spelling {
        POSTGRES(Map.of(
                "key", "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
                "text", "text COLLATE \"C\"",
                "bytes", "bytea",
                "hash", "uuid",
                "packed", "",
                "packed_updated", "WITH (fillfactor = 85)",
                "often_updated", "WITH (fillfactor = 60)",
                // a tree costs a third of the write rate; ids ascend with the rows' positions, so this finds one in a
                // few ms
                "by_message_id", "USING brin (message_id) WITH (pages_per_range = 32, autosummarize = on)")),
        SQLITE(Map.of(
                "key", "integer PRIMARY KEY AUTOINCREMENT",
                "text", "text",
                "bytes", "blob",
                "hash", "blob",
                "packed", "WITHOUT ROWID",
                "packed_updated", "WITHOUT ROWID",
                "often_updated", "",
                "by_message_id", "(message_id)"));

        private final Map<String, String> placeholders;

        Spelling(Map<String, String> placeholders) {
            this.placeholders = placeholders;
        }
    }

    /** Which schema a database has. */
    public sealed interface State {
        /** This release's. */
        record Current(String version) implements State {}

        /** None yet, which {@code from} says by being empty, or an earlier one: a start brings it to {@code to}. */
        record Pending(String from, String to) implements State {}

        /** Why this release cannot use it, in one line. */
        record Unusable(String how) implements State {}
    }

    private Schema() {}

    /** Looks at the database, and changes nothing there. */
    public static State examine(DataSource database, Spelling spelling) {
        Flyway flyway = flyway(database, spelling);
        try {
            Optional<String> later = refusal(flyway);
            if (later.isPresent()) {
                return new State.Unusable(later.get());
            }
            MigrationInfoService all = flyway.info();
            MigrationInfo now = all.current();
            String version = now == null ? "" : String.valueOf(now.getVersion());
            MigrationInfo[] pending = all.pending();
            return pending.length == 0
                    ? new State.Current(version)
                    : new State.Pending(version, String.valueOf(pending[pending.length - 1].getVersion()));
        } catch (FlywayException e) {
            return new State.Unusable("has a schema that cannot be read: " + firstLine(e));
        }
    }

    /** Brings the database there; why it cannot be used, in one line, or empty. */
    public static Optional<String> migrate(DataSource database, Spelling spelling) {
        Flyway flyway = flyway(database, spelling);
        try {
            Optional<String> later = refusal(flyway);
            if (later.isPresent()) {
                return later;
            }
            MigrateResult result = flyway.migrate();
            if (result.migrationsExecuted > 0) {
                LOG.info("schema_migrated", "version", String.valueOf(result.targetSchemaVersion));
            }
            return Optional.empty();
        } catch (FlywayException e) {
            return Optional.of("has a schema that cannot be brought up to date: " + firstLine(e));
        }
    }

    private static Flyway flyway(DataSource database, Spelling spelling) {
        return Flyway.configure(Schema.class.getClassLoader())
                .dataSource(database)
                .locations(SCRIPTS)
                .placeholders(spelling.placeholders)
                .table(HISTORY)
                .baselineOnMigrate(false)
                .cleanDisabled(true)
                .validateMigrationNaming(true)
                .load();
    }

    /** What is said of the schema of a later release. */
    private static Optional<String> refusal(Flyway flyway) {
        return later(flyway)
                .map(it -> "has schema version " + it.getVersion() + ", of a later release; this one knows "
                        + newest(flyway) + ": start that release, or restore a backup from before it");
    }

    private static Optional<MigrationInfo> later(Flyway flyway) {
        return Arrays.stream(flyway.info().applied())
                .filter(migration -> migration.getState() == MigrationState.FUTURE_SUCCESS
                        || migration.getState() == MigrationState.FUTURE_FAILED)
                .reduce((first, second) -> second);
    }

    private static String newest(Flyway flyway) {
        return Arrays.stream(flyway.info().all())
                .filter(migration -> migration.getState() != MigrationState.FUTURE_SUCCESS
                        && migration.getState() != MigrationState.FUTURE_FAILED)
                .reduce((first, second) -> second)
                .map(migration -> "up to " + migration.getVersion())
                .orElse("none");
    }

    private static String firstLine(Throwable failed) {
        Throwable root = failed;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage()).strip().lines().findFirst().orElse("");
    }
}
