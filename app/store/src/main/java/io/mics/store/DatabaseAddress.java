package io.mics.store;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Where a PostgreSQL database is.
 *
 * @param jdbcUrl  as its driver wants it, without the login of a {@code postgres://} address
 * @param user     that the address names; empty when none
 * @param password that the address names; empty when none
 */
public record DatabaseAddress(String jdbcUrl, String user, String password) {
    private static final String JDBC = "jdbc:postgresql:";

    /** Reads {@code postgres://}, {@code postgresql://} and {@code jdbc:postgresql:} addresses; empty for others. */
    public static Optional<DatabaseAddress> parse(String url) {
        if (url.startsWith(JDBC)) {
            return url.length() > JDBC.length() ? Optional.of(new DatabaseAddress(url, "", "")) : Optional.empty();
        }
        int scheme = url.indexOf("://");
        if (scheme < 0 || !url.substring(0, scheme).matches("postgres(ql)?")) {
            return Optional.empty();
        }
        String rest = url.substring(scheme + "://".length());
        int path = rest.indexOf('/');
        String authority = path < 0 ? rest : rest.substring(0, path);
        String database = path < 0 ? "/" : rest.substring(path);
        int at = authority.lastIndexOf('@');
        String login = at < 0 ? "" : authority.substring(0, at);
        String hosts = authority.substring(at + 1);
        if (hosts.isEmpty() || hosts.indexOf('?') >= 0 || database.length() < 2 || database.startsWith("/?")) {
            return Optional.empty();
        }
        int colon = login.indexOf(':');
        try {
            return Optional.of(new DatabaseAddress(
                    JDBC + "//" + hosts + database,
                    decoded(colon < 0 ? login : login.substring(0, colon)),
                    colon < 0 ? "" : decoded(login.substring(colon + 1))));
        } catch (IllegalArgumentException e) { // a % that is none
            return Optional.empty();
        }
    }

    /** The address without whatever could be a secret. */
    public String shown() {
        int query = jdbcUrl.indexOf('?');
        return query < 0 ? jdbcUrl : jdbcUrl.substring(0, query);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Secrets never reach a log. */
    @Override
    public String toString() {
        return "DatabaseAddress[" + shown() + ", user=" + user + ", password=***]";
    }
}
