package io.mics.hook.point;

import java.util.Set;

/**
 * Which messages a hook is for. An empty set is any.
 *
 * @param tenants       by id
 * @param businessTypes the tenants' {@code business-type}
 * @param sessionTypes  {@code single}, {@code group}
 * @param messageTypes  {@code text}, {@code image}, …
 */
public record Match(
        Set<String> tenants, Set<String> businessTypes, Set<String> sessionTypes, Set<String> messageTypes) {
    public static final Match ANY = new Match(Set.of(), Set.of(), Set.of(), Set.of());

    /** Takes copies of the sets. */
    public Match {
        tenants = Set.copyOf(tenants);
        businessTypes = Set.copyOf(businessTypes);
        sessionTypes = Set.copyOf(sessionTypes);
        messageTypes = Set.copyOf(messageTypes);
    }

    /** Whether the hook is for this message. */
    boolean accepts(Occasion occasion) {
        return has(tenants, occasion.tenant())
                && has(businessTypes, occasion.businessType())
                && has(sessionTypes, occasion.sessionType())
                && has(messageTypes, occasion.messageType());
    }

    private static boolean has(Set<String> wanted, String given) {
        return wanted.isEmpty() || wanted.contains(given);
    }
}
