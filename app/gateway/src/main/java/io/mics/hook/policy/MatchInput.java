package io.mics.hook.policy;

/**
 * What is known of a message, or of a connection, when its hooks are chosen.
 *
 * @param tenant       whose it is
 * @param businessType the tenant's {@code business-type}; empty when it has none
 * @param sessionType  {@code single} or {@code group}; empty of a connection
 * @param messageType  {@code text}, {@code image}, …; empty of a connection
 * @param user         who acts: a roll-out by percentage sticks to the user; the device while nobody knows whose it is
 */
public record MatchInput(String tenant, String businessType, String sessionType, String messageType, String user) {}
