package io.mics.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.cluster.SlotHash;
import io.mics.protocol.IdForm;
import io.mics.protocol.IdRule;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RedisKeysTest {
    private static final List<String> TENANTS = List.of("a", "a-b", "a_b", "mics", "nodes", "-", "t1", "t");
    private static final List<String> USERS = List.of(
            "b",
            "a",
            "a-b",
            "b:c",
            "@",
            ".",
            "-",
            "routes",
            "1",
            "t1:u1",
            "b}",
            "b{",
            "%7D",
            "}|routes".replace("|", ""),
            "b c",
            "büro",
            "名前",
            "a{x}b");

    @Test
    void keysOfDifferentUsersTenantsAndNodesAreNeverTheSame() {
        Map<String, String> owners = new HashMap<>();
        owned(owners, RedisKeys.NODES, "nodes");
        owned(owners, RedisKeys.LAST_EPOCH, "epoch");
        owned(owners, RedisKeys.PROBE, "probe");
        owned(owners, RedisKeys.HOOKS, "hooks");
        for (int shard = 0; shard < 20; shard++) {
            owned(owners, RedisKeys.users(1, shard), "users 1 " + shard);
            owned(owners, RedisKeys.users(11, shard), "users 11 " + shard);
        }
        for (String tenant : TENANTS) {
            assertThat(IdRule.TENANT.allows(tenant)).isTrue();
            owned(owners, RedisKeys.connections(tenant), "connections " + tenant);
            owned(owners, RedisKeys.rates(tenant), "rates " + tenant);
            for (String user : USERS) {
                assertThat(IdForm.OPEN.allows(user)).isTrue();
                owned(owners, RedisKeys.routes(tenant, user), "routes " + tenant + " " + user);
            }
        }
    }

    private static void owned(Map<String, String> owners, String key, String owner) {
        assertThat(owners.put(key, owner)).as(key).isNull();
    }

    @Test
    void noIdContainsWhatKeysAreMadeOf() {
        for (IdForm form : IdForm.values()) {
            assertThat(form.allows("a|b")).isFalse();
        }
        for (char separator : new char[] {'|', '{', '}'}) {
            for (IdRule rule : IdRule.values()) {
                assertThat(rule.allows("a" + separator + "b")).isFalse();
            }
        }
    }

    @Test
    void keysBeginWithTheirTenantAndUsersSpreadOverTheCluster() {
        assertThat(RedisKeys.routes("a-b", "u")).startsWith("a-b|");
        assertThat(RedisKeys.connections("a-b")).startsWith("a-b|");
        assertThat(SlotHash.getSlot(RedisKeys.routes("t", "u1"))).isEqualTo(SlotHash.getSlot("t|u1"));
        assertThat(SlotHash.getSlot(RedisKeys.routes("t", "a}b"))).isEqualTo(SlotHash.getSlot("t|a%7Db"));
        assertThat(SlotHash.getSlot(RedisKeys.NODES)).isEqualTo(SlotHash.getSlot(RedisKeys.LAST_EPOCH));
    }

    @ParameterizedTest
    @EnumSource(Script.class)
    void everyScriptSaysWhatItTakesAndReturns(Script script) throws IOException {
        String head = script.source()
                .lines()
                .takeWhile(line -> line.startsWith("--"))
                .toList()
                .toString();
        assertThat(head).contains("-- KEYS[1]", "-- returns");
        assertThat(head.contains("ARGV[1"))
                .isEqualTo(!script.source()
                        .lines()
                        .filter(line -> !line.startsWith("--") && line.contains("ARGV"))
                        .toList()
                        .isEmpty());
        assertThat(script.digest()).matches("[0-9a-f]{40}");
    }
}
