package io.mics.store.embedded;

import io.mics.store.sql.Dialect;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** How SQLite is spoken to. */
public final class EmbeddedDialect implements Dialect {
    @Override
    public String forUpdate() {
        return ""; // a transaction that writes is alone
    }

    @Override
    public String nowMs() {
        return "CAST(unixepoch('subsec') * 1000 AS integer)";
    }

    @Override
    public Object hash(byte[] hash) {
        return hash;
    }

    /** One connection writes: what failed before the commit, and a commit that was refused, is undone. */
    @Override
    public Failure failure(SQLException e) {
        if (e instanceof SQLTimeoutException) {
            return Failure.LOST;
        }
        if (!(e instanceof SQLiteException engine)) {
            return Failure.AWAY;
        }
        SQLiteErrorCode code = engine.getResultCode();
        return switch (code.code & 0xff) {
            case 19, 18, 20, 25 -> Failure.NEVER; // CONSTRAINT, TOOBIG, MISMATCH, RANGE
            case 10 -> Failure.LOST; // IOERR: perhaps of the commit itself
            default -> Failure.AWAY;
        };
    }
}
