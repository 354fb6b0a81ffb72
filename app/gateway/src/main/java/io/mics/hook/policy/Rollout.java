package io.mics.hook.policy;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * Which users a version of a hook is for: the share {@code percent} of the users of {@code tenants}.
 *
 * @param percent 0 to 100; the same users on every node, and a larger share contains a smaller one
 * @param tenants by id; empty is all
 */
public record Rollout(int percent, Set<String> tenants) {
    /** Everybody. */
    public static final Rollout ALL = new Rollout(100, Set.of());

    /** Takes a copy of the set. */
    public Rollout {
        tenants = Set.copyOf(tenants);
    }

    /** Whether it is for some users only, so that another version stands in for the others. */
    public boolean isPartial() {
        return percent < 100 || !tenants.isEmpty();
    }

    /** Whether the hook called {@code name} is for this user. */
    public boolean includes(String name, String tenant, String user) {
        if (!tenants.isEmpty() && !tenants.contains(tenant)) {
            return false;
        }
        return percent >= 100 || bucket(name, tenant, user) < percent * 100;
    }

    /** 0 to 9 999, spread evenly over users, independent between hooks. */
    private static int bucket(String name, String tenant, String user) {
        CRC32C hash = new CRC32C();
        hash.update((name + "|" + tenant + "|" + user).getBytes(StandardCharsets.UTF_8));
        return (int) (hash.getValue() % 10_000);
    }
}
