package io.mics.routing.redis;

/** The names of what the directory has in Redis, by the rules of {@code io.mics.redis.RedisKeys}. */
final class DirectoryKeys {
    /** The channel on which changed users are published. */
    static final String CHANGES = "mics|changes";

    /** The nodes of the cluster. */
    static final String NODES = "{mics}|nodes";

    /** The last epoch given to a start of a node. */
    static final String LAST_EPOCH = "{mics}|epoch";

    private DirectoryKeys() {}

    /** The routes of one user; braces in the id would end the hash tag and are written as {@code %7B}, {@code %7D}. */
    static String routes(String tenant, String user) {
        return tenant + "|{" + tenant + '|' + tagged(user) + "}|routes";
    }

    private static String tagged(String user) {
        boolean plain = user.indexOf('{') < 0 && user.indexOf('}') < 0 && user.indexOf('%') < 0;
        return plain ? user : user.replace("%", "%25").replace("{", "%7B").replace("}", "%7D");
    }

    /** How many connections of a tenant each node has. */
    static String connections(String tenant) {
        return tenant + "|{" + tenant + "}|connections";
    }

    /** How many messages per second each node was asked to take for a tenant. */
    static String rates(String tenant) {
        return tenant + "|{" + tenant + "}|rates";
    }

    /** Users with routes on one start of a node; spread over shards, each in a slot of its own. */
    static String users(long epoch, int shard) {
        return "{mics|" + epoch + '|' + shard + "}|users";
    }

    /** A user, as published on {@link #CHANGES} and stored in {@link #users}. */
    static String user(String tenant, String user) {
        return tenant + '|' + user;
    }
}
