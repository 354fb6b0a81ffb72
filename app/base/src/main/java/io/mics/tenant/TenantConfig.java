package io.mics.tenant;

import io.mics.protocol.IdRule;
import java.util.Map;

/**
 * One tenant as configured, before it has answered anything.
 *
 * @param id       1 to 64 of A-Z a-z 0-9 _ -
 * @param settings what is configured for it, over the defaults
 * @param sources  where each setting came from, by its key such as {@code hooks.timeout}
 */
public record TenantConfig(String id, TenantSettings settings, Map<String, SettingSource> sources) {
    public TenantConfig {
        if (!isId(id)) {
            throw new IllegalArgumentException("a tenant id is 1 to 64 of A-Z a-z 0-9 _ -");
        }
        sources = Map.copyOf(sources);
    }

    /** Whether {@code text} can be a tenant's id. */
    public static boolean isId(String text) {
        return IdRule.TENANT.allows(text);
    }
}
