package io.mics.redis;

/**
 * The names of everything in Redis. Keys of a tenant begin with the tenant and {@code |}, which no id contains; the
 * braces are the cluster's hash tag: all keys of a script have the same. Keys without a tenant begin with a brace, as
 * no tenant does.
 */
public final class RedisKeys {
    /** The channel on which changed users are published. */
    public static final String CHANGES = "mics|changes";

    /** The nodes of the cluster. */
    public static final String NODES = "{mics}|nodes";

    /** The last epoch given to a start of a node. */
    public static final String LAST_EPOCH = "{mics}|epoch";

    /** Written to see whether Redis takes writes. */
    public static final String PROBE = "{mics}|probe";

    /** What tenants have otherwise than the file of hooks. */
    public static final String HOOKS = "{mics}|hooks";

    /** The channel on which changed hooks are published. */
    public static final String HOOK_CHANGES = "mics|hook-changes";

    private RedisKeys() {}

    /** The routes of one user; braces in the id would end the hash tag and are written as {@code %7B}, {@code %7D}. */
    public static String routes(String tenant, String user) {
        return tenant + "|{" + tenant + '|' + tagged(user) + "}|routes";
    }

    private static String tagged(String user) {
        boolean plain = user.indexOf('{') < 0 && user.indexOf('}') < 0 && user.indexOf('%') < 0;
        return plain ? user : user.replace("%", "%25").replace("{", "%7B").replace("}", "%7D");
    }

    /** How many connections of a tenant each node has. */
    public static String connections(String tenant) {
        return tenant + "|{" + tenant + "}|connections";
    }

    /** How many messages per second each node was asked to take for a tenant. */
    public static String rates(String tenant) {
        return tenant + "|{" + tenant + "}|rates";
    }

    /** Users with routes on one start of a node; spread over shards, each in a slot of its own. */
    public static String users(long epoch, int shard) {
        return "{mics|" + epoch + '|' + shard + "}|users";
    }

    /** A channel on which one process receives what it published. */
    public static String echo(String id) {
        return "mics|echo|" + id;
    }

    /** A user, as published on {@link #CHANGES} and stored in {@link #users}. */
    public static String user(String tenant, String user) {
        return tenant + '|' + user;
    }
}
