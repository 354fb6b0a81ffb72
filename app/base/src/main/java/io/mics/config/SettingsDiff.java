package io.mics.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The keys in which two records of settings differ, written as in the files. Never their values. */
public final class SettingsDiff {
    private SettingsDiff() {}

    /** The keys whose values differ, with nested records as sections. */
    public static List<String> between(Record before, Record after) {
        List<String> keys = new ArrayList<>();
        collect("", before, after, keys);
        return keys;
    }

    private static void collect(String prefix, Record before, Record after, List<String> keys) {
        for (RecordComponent component : before.getClass().getRecordComponents()) {
            Object old = value(component, before);
            Object changed = value(component, after);
            String key =
                    prefix + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
            if (old instanceof Record a && changed instanceof Record b) {
                collect(key + ".", a, b, keys);
            } else if (!Objects.equals(old, changed)) {
                keys.add(key);
            }
        }
    }

    private static Object value(RecordComponent component, Record of) {
        try {
            return component.getAccessor().invoke(of);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(component + " cannot be read", e);
        }
    }
}
