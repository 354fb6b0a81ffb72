package io.mics.routing.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.cluster.SlotHash;
import io.mics.hook.redis.RedisHookOverrides;
import io.mics.protocol.IdForm;
import io.mics.protocol.IdRule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DirectoryKeysTest {
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
        owned(owners, DirectoryKeys.NODES, "nodes");
        owned(owners, DirectoryKeys.LAST_EPOCH, "epoch");
        owned(owners, "{mics}|probe", "probe");
        owned(owners, RedisHookOverrides.KEY, "hooks");
        for (int shard = 0; shard < 20; shard++) {
            owned(owners, DirectoryKeys.users(1, shard), "users 1 " + shard);
            owned(owners, DirectoryKeys.users(11, shard), "users 11 " + shard);
        }
        for (String tenant : TENANTS) {
            assertThat(IdRule.TENANT.allows(tenant)).isTrue();
            owned(owners, DirectoryKeys.connections(tenant), "connections " + tenant);
            owned(owners, DirectoryKeys.rates(tenant), "rates " + tenant);
            for (String user : USERS) {
                assertThat(IdForm.OPEN.allows(user)).isTrue();
                owned(owners, DirectoryKeys.routes(tenant, user), "routes " + tenant + " " + user);
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
        assertThat(DirectoryKeys.routes("a-b", "u")).startsWith("a-b|");
        assertThat(DirectoryKeys.connections("a-b")).startsWith("a-b|");
        assertThat(SlotHash.getSlot(DirectoryKeys.routes("t", "u1"))).isEqualTo(SlotHash.getSlot("t|u1"));
        assertThat(SlotHash.getSlot(DirectoryKeys.routes("t", "a}b"))).isEqualTo(SlotHash.getSlot("t|a%7Db"));
        assertThat(SlotHash.getSlot(DirectoryKeys.NODES)).isEqualTo(SlotHash.getSlot(DirectoryKeys.LAST_EPOCH));
    }
}
