package io.mics.hook.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/**
 * Hooks of a TOML file as {@code hooks.yaml} has them, ready to be loaded. What has no equivalent, and what is not
 * shown because it is secret, is said in comments at the top.
 */
final class TomlHooks {
    private static final List<String> POINTS = List.of("pre-send", "post-send", "delivery", "recall");

    private final List<String> comments = new ArrayList<>();

    private TomlHooks() {}

    /** The YAML of a file's tables. */
    static String asYaml(Map<String, Object> file) {
        return new TomlHooks().yaml(file);
    }

    private String yaml(Map<String, Object> file) {
        Map<String, Object> hooks = new LinkedHashMap<>();
        Map<String, Object> root = new LinkedHashMap<>();
        file.forEach((key, value) -> {
            String name = dashed(key);
            if (name.equals("hooks")) {
                table(value).forEach((point, list) -> point(hooks, dashed(point), list));
            } else if (name.equals("webhook-targets")) {
                root.put(name, deeplyDashed(value));
            } else {
                point(hooks, name, value);
            }
        });
        root.put("hooks", hooks);
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        StringBuilder text = new StringBuilder();
        comments.forEach(comment ->
                text.append("# ").append(comment.replaceAll("\\R", " ")).append('\n'));
        return text.append(new Yaml(options).dump(root)).toString();
    }

    private void point(Map<String, Object> hooks, String point, Object list) {
        if (!POINTS.contains(point) || !(list instanceof List<?> elements)) {
            comments.add(point + " has no equivalent and is left out");
            return;
        }
        List<Object> all = new ArrayList<>();
        for (Object element : elements) {
            Optional<Map<String, Object>> hook = new TomlHook(point, table(element), comments).asYaml();
            hook.ifPresent(all::add);
        }
        hooks.merge(point, all, (before, more) -> {
            List<Object> both = new ArrayList<>((List<?>) before);
            both.addAll((List<?>) more);
            return both;
        });
    }

    /** A table; of anything else an empty one. */
    static Map<String, Object> table(@Nullable Object value) {
        Map<String, Object> table = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, inner) -> table.put(String.valueOf(key), inner));
        }
        return table;
    }

    static String dashed(String key) {
        return key.replace('_', '-');
    }

    /** The same with every key below in dashed-case. */
    static Object deeplyDashed(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> table = new LinkedHashMap<>();
            map.forEach((key, inner) -> {
                String name = dashed(String.valueOf(key));
                boolean time = name.endsWith("-ms") && inner instanceof Long;
                table.put(
                        time ? name.substring(0, name.length() - 3) : name, time ? inner + "ms" : deeplyDashed(inner));
            });
            return table;
        }
        return value;
    }
}
