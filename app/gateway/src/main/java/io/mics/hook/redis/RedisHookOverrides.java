package io.mics.hook.redis;

import io.mics.hook.config.HookOverrideStore;
import io.mics.redis.Call;
import io.mics.redis.Redis;
import io.mics.redis.RedisOutcome;
import io.mics.redis.RedisReply;
import io.mics.redis.RedisSubscription;
import io.mics.redis.Script;
import java.util.HashMap;
import java.util.Map;

/**
 * Overrides in one hash of Redis; a change is published on a channel, and looked for when the channel is followed
 * again.
 */
public final class RedisHookOverrides implements HookOverrideStore {
    /** What tenants have otherwise than the file of hooks. */
    public static final String KEY = "{mics}|hooks";

    /** The channel on which changed hooks are published. */
    private static final String CHANGES = "mics|hook-changes";

    private static final Script FIND_HOOKS = Script.load("find-hooks");
    private static final Script REPLACE_HOOKS = Script.load("replace-hooks");

    private final Redis redis;

    public RedisHookOverrides(Redis redis) {
        this.redis = redis;
    }

    @Override
    public Reading read() {
        return switch (redis.evaluate(Call.of(FIND_HOOKS, KEY))) {
            case RedisOutcome.Value<RedisReply> value -> new Reading.Found(texts(value.value()));
            case RedisOutcome.Unavailable<RedisReply> unavailable ->
                new Reading.Unavailable("Redis is away: " + unavailable.cause());
        };
    }

    private static Map<String, String> texts(RedisReply reply) {
        Map<String, String> texts = new HashMap<>();
        for (int i = 0; i < reply.size(); i += 2) {
            texts.put(reply.text(i), reply.text(i + 1));
        }
        return texts;
    }

    @Override
    public Change replace(String tenant, String before, String after) {
        Call call = Call.of(REPLACE_HOOKS, KEY, tenant, before, after, CHANGES);
        return switch (redis.evaluate(call)) {
            case RedisOutcome.Value<RedisReply> value -> value.value().number(0) == 1 ? Change.DONE : Change.OUTDATED;
            case RedisOutcome.Unavailable<RedisReply> unavailable -> Change.UNAVAILABLE;
        };
    }

    @Override
    public void follow(Runnable changed) {
        redis.subscribe(CHANGES, new RedisSubscription.Listener() {
            @Override
            public void message(String tenant) {
                changed.run();
            }

            @Override
            public void up(boolean up) {
                if (up) {
                    changed.run();
                }
            }
        });
    }
}
