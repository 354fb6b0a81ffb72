package io.mics.event.kafka;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The topics of hooks outside the sender's thread: templates with {@code {tenant}} in them.
 *
 * @param delivery what devices have got
 * @param recall   what was recalled
 * @param retry    calls that are to be made again
 * @param dead     calls that were given up
 */
public record KafkaHookTopics(String delivery, String recall, String retry, String dead) {
    /** The usual names. */
    public static final KafkaHookTopics DEFAULTS = new KafkaHookTopics(
            "im-mics-{tenant}-delivery",
            "im-mics-{tenant}-recall",
            "im-mics-{tenant}-hook-retry",
            "im-mics-{tenant}-hook-dlq");

    private static final String TENANT = "{tenant}";
    private static final String DEAD_SUFFIX = "-dlq";

    /** The topic of one tenant. */
    public static String of(String template, String tenant) {
        return template.replace(TENANT, tenant);
    }

    /** Where records go that {@code topic}, a template or one tenant's, does not take. */
    public static String deadLettersOf(String topic) {
        return topic + DEAD_SUFFIX;
    }

    /** The topics of all tenants; the tenant is the first group. A template without {@code {tenant}} has none. */
    public static Pattern pattern(String template) {
        int at = template.indexOf(TENANT);
        return at < 0
                ? Pattern.compile(Pattern.quote(template))
                : Pattern.compile(Pattern.quote(template.substring(0, at)) + "([A-Za-z0-9_-]{1,64})"
                        + Pattern.quote(template.substring(at + TENANT.length())));
    }

    /** Whose a topic is. */
    public static Optional<String> tenant(Pattern pattern, String topic) {
        Matcher matcher = pattern.matcher(topic);
        return matcher.matches() && matcher.groupCount() > 0 ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
