package io.mics.hook.policy;

import java.util.Set;

/**
 * Which messages a hook is for. An empty set is any, but for {@code except}.
 *
 * @param tenants       by id
 * @param businessTypes the tenants' {@code business-type}
 * @param sessionTypes  {@code single}, {@code group}
 * @param messageTypes  {@code text}, {@code image}, …
 * @param except        tenants it is not for: they have another instead
 */
public record Match(
        Set<String> tenants,
        Set<String> businessTypes,
        Set<String> sessionTypes,
        Set<String> messageTypes,
        Set<String> except) {
    public static final Match ANY = new Match(Set.of(), Set.of(), Set.of(), Set.of());

    /** Takes copies of the sets. */
    public Match {
        tenants = Set.copyOf(tenants);
        businessTypes = Set.copyOf(businessTypes);
        sessionTypes = Set.copyOf(sessionTypes);
        messageTypes = Set.copyOf(messageTypes);
        except = Set.copyOf(except);
    }

    /** Without exceptions. */
    public Match(Set<String> tenants, Set<String> businessTypes, Set<String> sessionTypes, Set<String> messageTypes) {
        this(tenants, businessTypes, sessionTypes, messageTypes, Set.of());
    }

    /** This match for no other tenant. */
    public Match only(String tenant) {
        return new Match(Set.of(tenant), businessTypes, sessionTypes, messageTypes);
    }

    /** This match without {@code others}. */
    public Match without(Set<String> others) {
        return new Match(tenants, businessTypes, sessionTypes, messageTypes, others);
    }

    /** Whether the exceptions leave no tenant. */
    public boolean isForNobody() {
        return !tenants.isEmpty() && except.containsAll(tenants);
    }

    /** Whether the hook is for messages of this tenant, whatever kind of business it is. */
    public boolean mayBeFor(String tenant) {
        return has(tenants, tenant) && !except.contains(tenant);
    }

    /** Whether the hook is for messages of this tenant. */
    public boolean isFor(String tenant, String businessType) {
        return mayBeFor(tenant) && has(businessTypes, businessType);
    }

    /** Whether the hook is for this message. */
    public boolean accepts(MatchInput input) {
        return isFor(input.tenant(), input.businessType())
                && has(sessionTypes, input.sessionType())
                && has(messageTypes, input.messageType());
    }

    private static boolean has(Set<String> wanted, String given) {
        return wanted.isEmpty() || wanted.contains(given);
    }
}
