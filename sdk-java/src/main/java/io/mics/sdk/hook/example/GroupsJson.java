package io.mics.sdk.hook.example;

import io.mics.sdk.hook.JsonText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code {"group": ["user", …], …}}. Anything different, a repeated group included, is an
 * {@link IllegalArgumentException} that names the position, counted in characters from 0, or the group.
 */
final class GroupsJson {
    private GroupsJson() {}

    static Map<String, List<String>> read(String text) {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        JsonText.distinctObject(text).forEach((group, users) -> groups.put(group, users(group, users)));
        return groups;
    }

    private static List<String> users(String group, @Nullable Object value) {
        if (value instanceof List<?> users && users.stream().allMatch(String.class::isInstance)) {
            return users.stream().map(String.class::cast).toList();
        }
        throw new IllegalArgumentException("group \"" + group + "\": expected an array of user ids");
    }
}
