package io.mics.store.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Statements with their parameters in order. */
public final class Parameters {
    /** Makes something of a row. */
    @FunctionalInterface
    public interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    private Parameters() {}

    /** Gives a statement its parameters. */
    public static PreparedStatement set(PreparedStatement statement, @Nullable Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            if (value instanceof byte[] bytes) {
                statement.setBytes(i + 1, bytes);
            } else {
                statement.setObject(i + 1, value);
            }
        }
        return statement;
    }

    /** All rows of a query. */
    public static <T> List<T> list(Connection c, String sql, Row<T> row, @Nullable Object... values)
            throws SQLException {
        try (PreparedStatement statement = set(c.prepareStatement(sql), values);
                ResultSet rows = statement.executeQuery()) {
            List<T> all = new ArrayList<>();
            while (rows.next()) {
                all.add(row.of(rows));
            }
            return all;
        }
    }

    /** The first row of a query. */
    public static <T> Optional<T> first(Connection c, String sql, Row<T> row, @Nullable Object... values)
            throws SQLException {
        try (PreparedStatement statement = set(c.prepareStatement(sql), values);
                ResultSet rows = statement.executeQuery()) {
            return rows.next() ? Optional.of(row.of(rows)) : Optional.empty();
        }
    }

    /** How many rows a statement changed. */
    public static int update(Connection c, String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = set(c.prepareStatement(sql), values)) {
            return statement.executeUpdate();
        }
    }
}
