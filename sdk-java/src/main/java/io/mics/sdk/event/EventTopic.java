package io.mics.sdk.event;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a tenant's topic is called. */
final class EventTopic {
    static final String DEFAULT = "im-mics-{tenant}-event";

    private static final String TENANT = "{tenant}";
    private static final String TENANT_ID = "([A-Za-z0-9_-]{1,64})";

    private final String template;
    private final Pattern pattern;

    /** Throws {@link IllegalArgumentException} unless the template has {@code {tenant}} exactly once. */
    EventTopic(String template) {
        int at = template.indexOf(TENANT);
        if (at < 0 || template.indexOf(TENANT, at + 1) >= 0) {
            throw new IllegalArgumentException("a topic must contain {tenant} once, is \"" + template + "\"");
        }
        this.template = template;
        this.pattern = Pattern.compile(
                Pattern.quote(template.substring(0, at)) + TENANT_ID + Pattern.quote(template.substring(at + 8)));
    }

    String of(String tenantId) {
        return template.replace(TENANT, tenantId);
    }

    /** Matches the topics of all tenants, and no dead letters. */
    Pattern ofAll() {
        return pattern;
    }

    /** Whether the topic is this tenant's. */
    boolean belongsTo(String topic, String tenantId) {
        Matcher matcher = pattern.matcher(topic);
        return matcher.matches() && matcher.group(1).equals(tenantId);
    }
}
