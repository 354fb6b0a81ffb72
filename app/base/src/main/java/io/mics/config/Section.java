package io.mics.config;

import io.helidon.config.Config;
import io.helidon.config.spi.ConfigNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A typed view of one part of a file with the environment laid over it. Collects problems instead of throwing: a getter
 * that meets one returns the default.
 */
public final class Section {
    private static final Map<String, Boolean> FLAGS = Map.of(
            "true", true, "yes", true, "on", true, "1", true, "false", false, "no", false, "off", false, "0", false);

    private final ReadContext context;
    private final String prefix;
    private final Map<String, ConfigNode> nodes = new LinkedHashMap<>();
    private final Set<String> asked = new HashSet<>();
    private final Map<String, Section> sections = new LinkedHashMap<>();
    private final Map<String, List<Section>> lists = new LinkedHashMap<>();

    private Section(ReadContext context, String prefix, @Nullable ConfigNode node) {
        this.context = context;
        this.prefix = prefix;
        if (node instanceof ConfigNode.ObjectNode object) {
            object.forEach((name, child) -> nodes.put(Config.Key.unescapeName(name), child));
        }
    }

    /** The whole of one file, whose keys are on {@code lines}; problems go to {@code problems}. */
    public static Section root(
            ConfigNode.ObjectNode config,
            String file,
            Environment environment,
            List<Problem> problems,
            ToIntFunction<String> lines) {
        return new Section(new ReadContext(environment, file, problems, lines), "", config);
    }

    /** What stands for a file that could not be read: the environment alone, and no further problem with the file. */
    public static Section unreadable(String file, Environment environment, List<Problem> problems) {
        return root(ConfigNode.ObjectNode.empty(), file, environment, problems, key -> -1);
    }

    /** Text; {@code what} says which texts {@code valid} accepts. The value itself is never printed. */
    public String string(String key, String fallback, Predicate<String> valid, String what) {
        return read(key, fallback, text -> valid.test(text) ? Optional.of(text) : Optional.empty(), what, true);
    }

    /** Any text. */
    public String string(String key, String fallback) {
        return string(key, fallback, text -> true, "");
    }

    /** A secret that is sent as it is in a header; empty where none is given. */
    public String token(String key) {
        return string(
                key,
                "",
                text -> text.chars().allMatch(c -> c > ' ' && c < 127),
                "is not of printable ASCII without spaces");
    }

    /** A whole number from {@code min} to {@code max}. */
    public int integer(String key, int fallback, int min, int max) {
        return (int) longValue(key, fallback, min, max);
    }

    /** A whole number from {@code min} to {@code max}. */
    public long longValue(String key, long fallback, long min, long max) {
        Optional<Long> none = Optional.empty();
        return read(
                key,
                fallback,
                text -> text.matches("-?\\d{1,18}")
                        ? Optional.of(Long.parseLong(text)).filter(n -> n >= min && n <= max)
                        : none,
                "is not a whole number from " + min + " to " + max,
                false);
    }

    /** A number from {@code min} to {@code max}, with decimals or without. */
    public double decimal(String key, double fallback, double min, double max) {
        Optional<Double> none = Optional.empty();
        return read(
                key,
                fallback,
                text -> text.matches("\\d{1,9}(\\.\\d{1,9})?")
                        ? Optional.of(Double.parseDouble(text)).filter(n -> n >= min && n <= max)
                        : none,
                "is not a number from " + min + " to " + max,
                false);
    }

    /** A time from {@code min} to {@code max}; a plain number counts in the unit of the key's environment name. */
    public Duration duration(String key, Duration fallback, Duration min, Duration max) {
        Unit plain = context.environment.unit(prefix + key);
        return read(
                key,
                fallback,
                text -> Quantity.duration(text, plain)
                        .filter(time -> time.compareTo(min) >= 0 && time.compareTo(max) <= 0),
                "is not a time from " + min.toMillis() + "ms to " + max.toMillis() + "ms such as 150ms, 30s or 5m",
                false);
    }

    /** {@code true} or {@code false}. */
    public boolean bool(String key, boolean fallback) {
        return read(
                key,
                fallback,
                text -> Optional.ofNullable(FLAGS.get(text.toLowerCase(Locale.ROOT))),
                "is not true or false",
                false);
    }

    /** A size in bytes from {@code min} to {@code max}; a percentage counts of {@code heap}. */
    public long bytes(String key, long fallback, long min, long max, long heap) {
        return read(
                key,
                fallback,
                text -> Quantity.bytes(text, heap).filter(n -> n >= min && n <= max),
                "is not a size from " + min + " to " + max + " bytes such as 65536, 64KiB, 1MiB or 25%",
                false);
    }

    /** One of the constants of {@code type}, written in lower case with dashes. */
    public <E extends Enum<E>> E choice(String key, Class<E> type, E fallback) {
        return chosen(key, type, List.of(fallback)).getFirst();
    }

    /** One of the constants of {@code type}; it is a problem when none is given. */
    public <E extends Enum<E>> Optional<E> choice(String key, Class<E> type) {
        if (!filled(key)) {
            reject(key, "is missing; it is one of " + spellings(type));
        }
        return chosen(key, type, List.of()).stream().findFirst();
    }

    private <E extends Enum<E>> List<E> chosen(String key, Class<E> type, List<E> fallback) {
        return read(
                key,
                fallback,
                text -> Optional.of(Arrays.stream(type.getEnumConstants())
                                .filter(constant -> spelling(constant).equals(text))
                                .toList())
                        .filter(found -> !found.isEmpty()),
                "is not one of " + spellings(type),
                false);
    }

    /** Some of the constants of {@code type}, a list written in lower case with dashes. */
    public <E extends Enum<E>> Set<E> choices(String key, Class<E> type, Set<E> fallback) {
        List<E> constants = Arrays.asList(type.getEnumConstants());
        List<String> spellings = constants.stream().map(Section::spelling).toList();
        List<String> usual = fallback.stream().map(Section::spelling).toList();
        List<String> given = list(key, usual, spellings::contains, "holds what is not one of " + spellings);
        return constants.stream()
                .filter(constant -> given.contains(spelling(constant)))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static List<String> spellings(Class<? extends Enum<?>> type) {
        return Arrays.stream(type.getEnumConstants()).map(Section::spelling).toList();
    }

    private static String spelling(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A list of texts, each accepted by {@code valid}. */
    public List<String> list(String key, List<String> fallback, Predicate<String> valid, String what) {
        note(key);
        ConfigNode node = nodes.get(key);
        if (node == null || isEmptyLeaf(node)) {
            context.origins.put(prefix + key, ValueOrigin.DEFAULT);
            return fallback;
        }
        context.origins.put(prefix + key, ValueOrigin.FILE);
        if (!(node instanceof ConfigNode.ListNode elements)) {
            problem(key, context.file, "is not a list");
            return fallback;
        }
        List<String> texts = new ArrayList<>();
        for (ConfigNode element : elements) {
            String text = element instanceof ConfigNode.ValueNode value ? value.get() : "";
            if (!valid.test(text)) {
                problem(key, context.file, what);
                return fallback;
            }
            texts.add(text);
        }
        return List.copyOf(texts);
    }

    /** The part below {@code key}; empty when the file and the environment have nothing there. */
    public Section section(String key) {
        return sections.computeIfAbsent(key, k -> {
            note(k);
            ConfigNode node = nodes.get(k);
            if (node != null && !(node instanceof ConfigNode.ObjectNode) && !isEmptyLeaf(node)) {
                problem(k, context.file, "is not a section of keys");
            }
            return new Section(context, prefix + k + ".", node);
        });
    }

    /** The parts in the list under {@code key}, in its order; their keys are written {@code key[0].name}. */
    public List<Section> elements(String key) {
        return lists.computeIfAbsent(key, k -> {
            note(k);
            ConfigNode node = nodes.get(k);
            if (node == null || isEmptyLeaf(node)) {
                return List.of();
            }
            if (!(node instanceof ConfigNode.ListNode list)) {
                problem(k, context.file, "is not a list");
                return List.of();
            }
            List<Section> elements = new ArrayList<>();
            for (ConfigNode element : list) {
                String at = k + "[" + elements.size() + "]";
                if (!(element instanceof ConfigNode.ObjectNode)) {
                    problem(at, context.file, "is not a section of keys");
                }
                elements.add(new Section(context, prefix + at + ".", element));
            }
            return List.copyOf(elements);
        });
    }

    /** Every part below this one by its name, which the operator chose. */
    public Map<String, Section> sections() {
        names().forEach(this::section);
        return Map.copyOf(sections);
    }

    /** The names the file or the environment gives below this part. */
    public List<String> names() {
        Set<String> names = new LinkedHashSet<>(nodes.keySet());
        names.addAll(context.environment.childrenOf(prefix));
        return List.copyOf(names);
    }

    /** The names the file alone gives below this part. */
    public List<String> namesInFile() {
        return List.copyOf(nodes.keySet());
    }

    /** Where each value read so far came from, by its key below this part. */
    public Map<String, ValueOrigin> origins() {
        Map<String, ValueOrigin> origins = new LinkedHashMap<>();
        context.origins
                .subMap(prefix, prefix + Character.MAX_VALUE)
                .forEach((path, origin) -> origins.put(path.substring(prefix.length()), origin));
        return origins;
    }

    /** Whether the file or the environment gives {@code key}. */
    public boolean given(String key) {
        return context.environment.get(prefix + key) != null || nodes.containsKey(key);
    }

    /** Whether the file or the environment gives {@code key}, and not as nothing. */
    public boolean filled(String key) {
        ConfigNode node = nodes.get(key);
        return context.environment.get(prefix + key) != null || (node != null && !isEmptyLeaf(node));
    }

    /** Takes every key here as known: what they mean is not known. */
    public void skip() {
        nodes.keySet().forEach(this::note);
    }

    /** Adds a problem with {@code key} that only its user could see. */
    public void reject(String key, String what) {
        reject(key, what, "");
    }

    /** Adds such a problem; {@code nearest} is the valid name nearest to the value. */
    public void reject(String key, String what, String nearest) {
        context.add(new Problem(prefix + key, source(key), what, nearest));
    }

    /** Reports every key of the file that nobody asked for, here and below. */
    public void finish() {
        for (String name : nodes.keySet()) {
            if (!asked.contains(name) && !context.isFull()) {
                String what = name.contains(".")
                        ? "is not a known key: what follows a dot goes into a section below"
                        : "is not a known key";
                context.add(new Problem(prefix + name, context.file, what, context.nearest(prefix, name)));
            }
        }
        sections.values().forEach(Section::finish);
        lists.values().forEach(elements -> elements.forEach(Section::finish));
    }

    private String source(String key) {
        Environment.Value fromEnvironment = context.environment.get(prefix + key);
        return fromEnvironment == null ? context.file : "environment " + fromEnvironment.name();
    }

    private <T> T read(String key, T fallback, Function<String, Optional<T>> parse, String what, boolean hidden) {
        note(key);
        Optional<String> given = text(key);
        if (given.isEmpty()) {
            return fallback;
        }
        Optional<T> value = parse.apply(given.get());
        if (value.isEmpty()) {
            problem(key, source(key), hidden ? what : "'" + given.get() + "' " + what);
        }
        return value.orElse(fallback);
    }

    private Optional<String> text(String key) {
        Environment.Value fromEnvironment = context.environment.get(prefix + key);
        if (fromEnvironment != null) {
            context.origins.put(prefix + key, ValueOrigin.ENVIRONMENT);
            return Optional.of(fromEnvironment.text());
        }
        ConfigNode node = nodes.get(key);
        if (node != null && !(node instanceof ConfigNode.ValueNode)) {
            problem(key, context.file, "is not a single value");
        }
        if (!(node instanceof ConfigNode.ValueNode value) || isEmptyLeaf(node)) {
            context.origins.put(prefix + key, ValueOrigin.DEFAULT);
            return Optional.empty();
        }
        context.origins.put(prefix + key, ValueOrigin.FILE);
        return Optional.of(value.get().strip());
    }

    private static boolean isEmptyLeaf(ConfigNode node) {
        return node instanceof ConfigNode.ValueNode value && value.get().isBlank();
    }

    private void note(String key) {
        asked.add(key);
        context.known.add(prefix + key);
    }

    private void problem(String key, String source, String what) {
        context.add(new Problem(prefix + key, source, what, ""));
    }
}
