package io.mics.redis;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Where Redis is and how to get in. Written as {@code redis://[user:password@]host:port[/db]}, {@code rediss://} (TLS),
 * {@code redis-sentinel://h1:26379,h2:26379/0#master}, {@code redis-cluster://h1:p1,h2:p2}, either of the last two also
 * with {@code rediss-}, or in the older form {@code host:port[,password=...][,ssl=true]}.
 *
 * @param hosts    the server, or some sentinels or nodes of the cluster
 * @param tls      whether the servers speak TLS, with a certificate for the host's name
 * @param user     empty is Redis's default user
 * @param password empty is none
 * @param database 0 on a cluster
 * @param master   the name the sentinels know the server by; empty elsewhere
 */
public record RedisAddress(
        Kind kind, List<Host> hosts, boolean tls, String user, String password, int database, String master) {
    private static final int PORT = 6379;
    private static final int SENTINEL_PORT = 26_379;
    private static final int DATABASES = 16_384;

    /** Options of the older form that change nothing here. */
    private static final Set<String> WITHOUT_EFFECT = Set.of(
            "abortconnect",
            "allowadmin",
            "asynctimeout",
            "checkcertificaterevocation",
            "clientname",
            "configchannel",
            "connectretry",
            "connecttimeout",
            "keepalive",
            "name",
            "protocol",
            "resolvedns",
            "responsetimeout",
            "sslprotocols",
            "synctimeout",
            "version",
            "writebuffer");

    private static final Map<String, Boolean> FLAGS = Map.of("true", true, "false", false);

    /** How the servers stand together. */
    public enum Kind {
        STANDALONE,
        SENTINEL,
        CLUSTER
    }

    /** One of them. */
    public record Host(String name, int port) {}

    /** What came of reading an address. */
    public sealed interface Parsed {
        /** It is one. */
        record Valid(RedisAddress address) implements Parsed {}

        /** It is none; {@code what} ends a sentence that starts with the key, and holds no secret. */
        record Invalid(String what) implements Parsed {}
    }

    /** What is wrong with an address; says nothing of its text. */
    private static final class Wrong extends Exception {
        private static final long serialVersionUID = 1;

        Wrong(String what) {
            super(what, null, false, false);
        }
    }

    /** Reads an address in any of its forms. */
    public static Parsed parse(String text) {
        try {
            int scheme = text.indexOf("://");
            return new Parsed.Valid(
                    scheme < 0 ? older(text) : uri(text.substring(0, scheme), text.substring(scheme + 3)));
        } catch (Wrong wrong) {
            return new Parsed.Invalid(String.valueOf(wrong.getMessage()));
        }
    }

    private static RedisAddress uri(String scheme, String rest) throws Wrong {
        Kind kind = switch (scheme) {
            case "redis", "rediss" -> Kind.STANDALONE;
            case "redis-sentinel", "rediss-sentinel" -> Kind.SENTINEL;
            case "redis-cluster", "rediss-cluster" -> Kind.CLUSTER;
            default ->
                throw new Wrong("does not begin with redis://, rediss://, redis-sentinel:// or redis-cluster://");
        };
        int fragment = rest.indexOf('#', rest.lastIndexOf('@') + 1);
        String master = fragment < 0 ? "" : decode(rest.substring(fragment + 1));
        String body = fragment < 0 ? rest : rest.substring(0, fragment);
        int at = body.lastIndexOf('@');
        String login = at < 0 ? "" : body.substring(0, at);
        String location = body.substring(at + 1);
        int slash = location.indexOf('/');
        String path = slash < 0 ? "" : location.substring(slash + 1);
        List<Host> hosts = hosts(slash < 0 ? location : location.substring(0, slash), kind);
        if (path.indexOf('?') >= 0) {
            throw new Wrong("has parameters after '?', which are not known");
        }
        if (kind == Kind.SENTINEL == master.isEmpty()) {
            throw new Wrong(
                    master.isEmpty() ? "does not name the master after '#'" : "has a '#', which only sentinels know");
        }
        if (kind == Kind.STANDALONE && hosts.size() > 1) {
            throw new Wrong("names several hosts: begin with redis-cluster:// or redis-sentinel://");
        }
        int database = database(path);
        if (kind == Kind.CLUSTER && database != 0) {
            throw new Wrong("names a database, but a cluster has only 0");
        }
        int colon = login.indexOf(':');
        String user = colon < 0 ? "" : decode(login.substring(0, colon));
        String password = decode(login.substring(colon + 1));
        return new RedisAddress(kind, hosts, scheme.startsWith("rediss"), user, password, database, master);
    }

    private static RedisAddress older(String text) throws Wrong {
        List<Host> hosts = new ArrayList<>();
        String user = "";
        String password = "";
        boolean tls = false;
        int database = 0;
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            String value = part.substring(equals + 1).strip();
            String option = equals < 0 ? "" : part.substring(0, equals).strip().toLowerCase(Locale.ROOT);
            if (equals < 0) {
                hosts.add(host(part.strip(), PORT));
            } else if (option.equals("password")) {
                password = value;
            } else if (option.equals("user")) {
                user = value;
            } else if (option.equals("ssl")) {
                Boolean flag = FLAGS.get(value.toLowerCase(Locale.ROOT));
                if (flag == null) {
                    throw new Wrong("has an ssl that is not true or false");
                }
                tls = flag;
            } else if (option.equals("defaultdatabase")) {
                database = database(value);
            } else if (!WITHOUT_EFFECT.contains(option)) {
                throw new Wrong("has an option that is none of password, user, ssl and defaultDatabase");
            }
        }
        if (hosts.size() != 1) {
            throw new Wrong(
                    hosts.isEmpty()
                            ? "names no host"
                            : "names several hosts: begin with redis-cluster:// or redis-sentinel://");
        }
        return new RedisAddress(Kind.STANDALONE, List.copyOf(hosts), tls, user, password, database, "");
    }

    private static List<Host> hosts(String text, Kind kind) throws Wrong {
        List<Host> hosts = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            hosts.add(host(part.strip(), kind == Kind.SENTINEL ? SENTINEL_PORT : PORT));
        }
        return List.copyOf(hosts);
    }

    private static Host host(String text, int usualPort) throws Wrong {
        int bracket = text.lastIndexOf(']');
        int colon = text.indexOf(':', bracket + 1);
        String name = colon < 0 ? text : text.substring(0, colon);
        boolean v6 = name.startsWith("[") && name.endsWith("]");
        String bare = v6 ? name.substring(1, name.length() - 1) : name;
        if (!bare.matches(v6 ? "[0-9A-Fa-f:.%]+" : "[A-Za-z0-9_.-]+")) {
            throw new Wrong("has a host that is not a name or an address");
        }
        if (colon < 0) {
            return new Host(bare, usualPort);
        }
        int port = number(text.substring(colon + 1), 65_535);
        if (port < 1) {
            throw new Wrong("has a port that is not 1 to 65535");
        }
        return new Host(bare, port);
    }

    private static int database(String text) throws Wrong {
        int database = text.isEmpty() ? 0 : number(text, DATABASES - 1);
        if (database < 0) {
            throw new Wrong("has a database that is not 0 to " + (DATABASES - 1));
        }
        return database;
    }

    /** The number {@code text} is, or -1. */
    private static int number(String text, int max) {
        int number = text.matches("\\d{1,6}") ? Integer.parseInt(text) : -1;
        return number > max ? -1 : number;
    }

    private static String decode(String text) throws Wrong {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Wrong("has a '%' that is not followed by two hex digits");
        }
    }

    /** The password never reaches a log. */
    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT) + hosts + (tls ? " tls" : "");
    }
}
