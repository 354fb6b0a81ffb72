package io.mics.loadtest.cluster;

import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.Jedis;

/** Everything a Redis holds, read type by type: its own dump format may be compressed. */
final class RedisDump {
    private RedisDump() {}

    /** The keys that hold a text, in their name or anywhere in their value. */
    static List<String> keysWith(String text, int port) {
        List<String> found = new ArrayList<>();
        try (Jedis redis = new Jedis("127.0.0.1", port)) {
            for (String key : redis.keys("*")) {
                if (key.contains(text) || value(redis, key).contains(text)) {
                    found.add("Redis key " + key);
                }
            }
        }
        return found;
    }

    /** How many keys there are. */
    static long keys(int port) {
        try (Jedis redis = new Jedis("127.0.0.1", port)) {
            return redis.dbSize();
        }
    }

    private static String value(Jedis redis, String key) {
        String type = redis.type(key);
        return switch (type) {
            case "string" -> String.valueOf(redis.get(key));
            case "hash" -> redis.hgetAll(key).toString();
            case "set" -> redis.smembers(key).toString();
            case "list" -> redis.lrange(key, 0, -1).toString();
            case "zset" -> redis.zrange(key, 0, -1).toString();
            case "none" -> "";
            default -> throw new IllegalStateException("cannot read a " + type + " under " + key);
        };
    }
}
