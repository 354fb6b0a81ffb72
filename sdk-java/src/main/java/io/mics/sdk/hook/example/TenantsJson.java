package io.mics.sdk.hook.example;

import io.mics.sdk.hook.JsonText;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code {"tenant": "text", …}} and {@code {"tenant": {"name": value, …}, …}} where a value is a text, a whole
 * number, true, false or null, and nothing else. Anything different is an {@link IllegalArgumentException} that names
 * the position, counted in characters from 0, or the name.
 */
final class TenantsJson {
    private static final double MOST = 1e9;

    private TenantsJson() {}

    /** A text for each tenant. */
    static Map<String, String> texts(String json) {
        return values(JsonText.object(json));
    }

    /** Settings for each tenant, as they are written; those that are null are left out. */
    static Map<String, Map<String, String>> settings(String json) {
        Map<String, Map<String, String>> all = new LinkedHashMap<>();
        JsonText.object(json).forEach((tenant, settings) -> {
            if (!(settings instanceof Map<?, ?> values)) {
                throw new IllegalArgumentException(tenant + ": expected an object");
            }
            all.put(tenant, values(values));
        });
        return all;
    }

    private static Map<String, String> values(Map<?, ?> object) {
        Map<String, String> all = new LinkedHashMap<>();
        object.forEach((name, value) -> {
            if (value != null) {
                all.put((String) name, text((String) name, value));
            }
        });
        return all;
    }

    private static String text(String name, @Nullable Object value) {
        if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < MOST) {
            return Long.toString(number.longValue());
        }
        if (value instanceof String || value instanceof Boolean) {
            return value.toString();
        }
        throw new IllegalArgumentException(name + ": expected a text, a whole number, true or false");
    }
}
