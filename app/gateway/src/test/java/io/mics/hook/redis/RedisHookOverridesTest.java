package io.mics.hook.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.config.ConfigResult;
import io.mics.hook.config.HookOverrideStore;
import io.mics.hook.config.HookOverrides;
import io.mics.hook.config.HookOverridesContract;
import io.mics.hook.config.HooksFile;
import io.mics.hook.config.HooksFileReader;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.registry.HookRegistry;
import io.mics.redis.Redis;
import io.mics.redis.RedisAddress;
import io.mics.redis.RedisTimeouts;
import io.mics.testing.Await;
import io.mics.testing.RedisServer;
import io.mics.testing.gateway.HookTargets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("engine")
class RedisHookOverridesTest extends HookOverridesContract {
    private static final String FILE =
            "hooks: {pre-send: [{name: a, transport: {type: grpc, endpoint: \"http://h:1\"}}]}";
    private static final String OFF = "hooks: {pre-send: [{name: a, enabled: false}]}";
    private static final RedisTimeouts SETTINGS = new RedisTimeouts(
            Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(200));
    private static final List<Redis> NODES = new ArrayList<>();
    private static RedisServer server;
    private static int next;

    @BeforeAll
    static void start() {
        server = RedisServer.running();
        NODES.add(open(server));
        NODES.add(open(server));
    }

    private static Redis open(RedisServer at) {
        return Redis.open(((RedisAddress.Parsed.Valid) RedisAddress.parse(at.uri())).address(), SETTINGS);
    }

    @AfterAll
    static void stop() {
        NODES.forEach(Redis::close);
        server.close();
    }

    @Override
    protected HookOverrideStore store() {
        return new RedisHookOverrides(NODES.get(next++ % NODES.size()));
    }

    /** The hooks of one node. */
    private record HookNode(HookRegistry registry, HookOverrides overrides) implements AutoCloseable {
        static HookNode with(Redis redis) {
            HookRegistry registry = new HookTargets().registry();
            HooksFile file = switch (HooksFileReader.read(FILE, "test")) {
                case ConfigResult.Valid<HooksFile> valid -> valid.value();
                case ConfigResult.Invalid<HooksFile> invalid -> throw new AssertionError(invalid.problems());
            };
            HookOverrideStore store = new RedisHookOverrides(redis);
            return new HookNode(registry, new HookOverrides(registry, store, file).start());
        }

        List<String> of(String tenant) {
            return overrides.effective().of(tenant, "").stream()
                    .map(HookDefinition::id)
                    .toList();
        }

        @Override
        public void close() {
            overrides.close();
            registry.close();
        }
    }

    @Test
    void aChangeThroughOneNodeHoldsOnAllAndAfterARestart() {
        try (HookNode a = HookNode.with(NODES.get(0));
                HookNode b = HookNode.with(NODES.get(1))) {
            assertThat(a.overrides().put("reached", OFF)).isEqualTo(new HookOverrides.Change.Done());
            assertThat(a.of("reached")).isEmpty();
            Await.until("b was notified", () -> b.of("reached").isEmpty());
            assertThat(b.of("other")).containsExactly("a@1.0.0");
            try (HookNode restarted = HookNode.with(NODES.get(1))) {
                assertThat(restarted.of("reached")).isEmpty();
            }
            assertThat(b.overrides().drop("reached", "a")).isEqualTo(new HookOverrides.Change.Done());
            Await.until("a was notified", () -> a.of("reached").size() == 1);
        }
    }

    @Test
    void whileRedisIsUnavailableNothingIsChangedAndWhatHeldHoldsOnceItIsBack() throws Exception {
        try (RedisServer alone = RedisServer.running();
                Redis redis = open(alone);
                Redis other = open(alone);
                HookNode node = HookNode.with(redis)) {
            node.overrides().put("t1", OFF);
            alone.stop();
            Await.until("away", () -> !redis.available());
            assertThat(node.overrides().drop("t1")).isInstanceOf(HookOverrides.Change.Unavailable.class);
            assertThat(node.of("t1")).isEmpty();
            alone.start();
            Await.until("back", () -> other.available());
            assertThat(new RedisHookOverrides(other).replace("t2", "", OFF)).isEqualTo(HookOverrideStore.Change.DONE);
            Await.until("what was missed is read", () -> node.of("t2").isEmpty());
            assertThat(node.overrides().lastProblem()).isEmpty();
        }
    }
}
