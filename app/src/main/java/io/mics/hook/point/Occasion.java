package io.mics.hook.point;

/**
 * What is known of a message when its hooks are chosen.
 *
 * @param tenant       whose message it is
 * @param businessType the tenant's {@code business-type}; empty when it has none
 * @param sessionType  {@code single} or {@code group}
 * @param messageType  {@code text}, {@code image}, …
 * @param user         who acts: a roll-out by percentage sticks to the user
 */
public record Occasion(String tenant, String businessType, String sessionType, String messageType, String user) {}
