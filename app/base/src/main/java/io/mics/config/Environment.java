package io.mics.config;

import io.helidon.config.Config;
import jakarta.json.Json;
import jakarta.json.JsonConfig;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The environment as values under YAML keys. Beats the files wherever it has a value. */
public final class Environment {
    /** One value and the name it was given under. */
    record Value(String text, String name) {}

    /** A tenant that is there twice is refused. */
    private static final JsonReaderFactory READERS =
            Json.createReaderFactory(Map.of(JsonConfig.KEY_STRATEGY, JsonConfig.KeyStrategy.NONE));

    /** Accepted from older deployments; changes nothing. */
    private static final Pattern WITHOUT_EFFECT = Pattern.compile("KAFKA_IDLE_DELAY_MS|DEDUP_MODE"
            + "|LOCAL_ROUTE_CACHE_SIZE_BYTES|KAFKA_DLQ_FALLBACK_\\w+|ADMISSION_UNREGISTER_RETRY_\\w+");

    /** An environment without any known name. */
    public static final Environment NONE = of(Map.of(), List.of());

    private final Map<String, Value> byKey = new LinkedHashMap<>();
    private final List<Problem> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private final Map<String, Unit> units = new HashMap<>();

    private Environment(List<EnvironmentName> names) {
        names.forEach(name -> units.put(name.key(), name.unit()));
    }

    /**
     * Reads each of {@code names} of {@code variables}, in whatever case: {@code Redis__Connection} is {@code
     * REDIS__CONNECTION}. Of two spellings the one in capitals counts, else the first in order.
     */
    public static Environment of(Map<String, String> variables, List<EnvironmentName> names) {
        Environment environment = new Environment(names);
        Map<String, String> inCapitals = new HashMap<>();
        new TreeMap<>(variables).forEach((name, text) -> inCapitals.putIfAbsent(name.toUpperCase(Locale.ROOT), text));
        for (EnvironmentName name : names) {
            String text = variables.getOrDefault(name.name(), inCapitals.get(name.name()));
            if (text != null) {
                environment.add(name, text.strip());
            }
        }
        new TreeMap<>(variables)
                .keySet().stream()
                        .filter(name -> WITHOUT_EFFECT
                                .matcher(name.toUpperCase(Locale.ROOT))
                                .matches())
                        .forEach(name -> environment.notes.add(name + " is accepted and has no effect"));
        return environment;
    }

    private void add(EnvironmentName name, String text) {
        switch (name.form()) {
            case TEXT -> byKey.put(name.key(), new Value(text, name.name()));
            case VALUE -> {
                if (!text.isEmpty()) {
                    byKey.put(name.key(), new Value(text, name.name()));
                }
            }
            case PER_NAME -> {
                if (!text.isEmpty()) {
                    addPerName(name, text);
                }
            }
        }
    }

    private void addPerName(EnvironmentName name, String text) {
        JsonObject object;
        try (JsonReader reader = READERS.createReader(new StringReader(text))) {
            object = reader.readObject();
        } catch (JsonException e) {
            problem(name, "is not a JSON object from name to value, each once");
            return;
        }
        boolean ofTenants = name.key().startsWith("tenants.");
        object.forEach((of, value) -> {
            String key = name.key().replace("*", Config.Key.escapeName(of));
            if (ofTenants && (of.contains(".") || of.isEmpty())) {
                problem(name, "a tenant id is 1 to 64 of A-Z a-z 0-9 _ -");
            } else if (value instanceof JsonString string) {
                byKey.put(key, new Value(string.getString(), name.name()));
            } else if (value instanceof JsonNumber) {
                byKey.put(key, new Value(value.toString(), name.name()));
            } else {
                problem(name, "the value of " + of + " is neither text nor a number");
            }
        });
    }

    private void problem(EnvironmentName name, String what) {
        problems.add(new Problem(name.key(), "environment " + name.name(), what, ""));
    }

    /** What a plain number under {@code key} counts; a tenant's key counts like the default it overrides. */
    Unit unit(String key) {
        return units.getOrDefault(key.replaceFirst("^tenants\\.[^.]+\\.", "defaults."), Unit.NONE);
    }

    /** The value under {@code key}, or null. */
    @Nullable
    Value get(String key) {
        return byKey.get(key);
    }

    /** The names directly below {@code prefix}, a key that ends with a dot or is empty. */
    List<String> childrenOf(String prefix) {
        return byKey.keySet().stream()
                .filter(key -> key.startsWith(prefix))
                .map(key -> key.substring(prefix.length()).split("\\.", 2)[0])
                .distinct()
                .toList();
    }

    /** What could not be read at all. */
    public List<Problem> problems() {
        return List.copyOf(problems);
    }

    /** What the operator should read once. */
    public List<String> notes() {
        return List.copyOf(notes);
    }
}
