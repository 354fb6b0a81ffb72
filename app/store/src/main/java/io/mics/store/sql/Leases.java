package io.mics.store.sql;

import java.sql.SQLException;
import java.time.Duration;

/**
 * What one node at a time does. A lease ends by itself, by the database's clock, unless its holder takes it again.
 * Blocks for the database; safe on any thread.
 */
public final class Leases {
    private final Database database;
    private final String take;

    /** Leases of this database. */
    public Leases(Database database) {
        this.database = database;
        String now = database.dialect().nowMs();
        this.take = "INSERT INTO leases (name, holder, until_ms) VALUES (?, ?, " + now + " + ?)"
                + " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until_ms = excluded.until_ms"
                + " WHERE leases.holder = excluded.holder OR leases.until_ms <= " + now;
    }

    /** Takes a lease for {@code length} from now, or takes it again; false: it is another's. */
    public boolean take(String name, String holder, Duration length) throws SQLException {
        return database.write(c -> Parameters.update(c, take, name, holder, length.toMillis())) > 0;
    }
}
