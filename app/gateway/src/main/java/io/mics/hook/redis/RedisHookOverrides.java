package io.mics.hook.redis;

import io.mics.hook.config.HookOverrideStore;
import io.mics.redis.Answer;
import io.mics.redis.Call;
import io.mics.redis.Outcome;
import io.mics.redis.Redis;
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
            case Outcome.Got<Answer> got -> new Reading.Found(texts(got.value()));
            case Outcome.Away<Answer> away -> new Reading.Away("Redis is away: " + away.cause());
        };
    }

    private static Map<String, String> texts(Answer answer) {
        Map<String, String> texts = new HashMap<>();
        for (int i = 0; i < answer.size(); i += 2) {
            texts.put(answer.text(i), answer.text(i + 1));
        }
        return texts;
    }

    @Override
    public Change replace(String tenant, String before, String after) {
        Call call = Call.of(REPLACE_HOOKS, KEY, tenant, before, after, CHANGES);
        return switch (redis.evaluate(call)) {
            case Outcome.Got<Answer> got -> got.value().number(0) == 1 ? Change.DONE : Change.OUTDATED;
            case Outcome.Away<Answer> away -> Change.AWAY;
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
