package io.mics.redis;

/**
 * The names of what this package itself has in Redis; each capability names its own. Keys of a tenant begin with the
 * tenant and {@code |}, which no id contains; the braces are the cluster's hash tag: all keys of a script have the
 * same. Keys without a tenant begin with a brace, as no tenant does.
 */
final class RedisKeys {
    /** Written to see whether Redis takes writes. */
    static final String PROBE = "{mics}|probe";

    private RedisKeys() {}

    /** A channel on which one process receives what it published. */
    static String echo(String id) {
        return "mics|echo|" + id;
    }
}
