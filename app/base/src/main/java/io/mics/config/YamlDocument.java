package io.mics.config;

import io.helidon.config.Config;
import io.helidon.config.spi.ConfigNode;
import io.helidon.config.spi.ConfigParser;
import io.helidon.config.spi.ConfigParserException;
import io.helidon.config.yaml.YamlConfigParser;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * One YAML text that knows on which line each of its keys is: the one reader of every file and of what operators send.
 * A key that is there twice is a problem, and so is what {@link YamlSyntax} refuses.
 */
public final class YamlDocument {
    /** The most characters of a key: ids have 128. */
    private static final int MAX_KEY = 256;

    private final String source;
    private final MappingNode root;
    private final ConfigNode.ObjectNode content;

    /** One step down a path: the line it leads to, what is there, and the rest of the path. */
    private record Step(int line, Node node, String rest) {}

    private YamlDocument(String source, MappingNode root, ConfigNode.ObjectNode content) {
        this.source = source;
        this.root = root;
        this.content = content;
    }

    /** Reads {@code text}; {@code name} is the key of a problem with the whole. Empty when it cannot be read. */
    public static Optional<YamlDocument> parse(String text, String name, String source, List<Problem> problems) {
        List<Problem> found = YamlSyntax.problems(text, name, source);
        if (!found.isEmpty()) {
            problems.addAll(found);
            return Optional.empty();
        }
        try {
            Node root = YamlSyntax.yaml().compose(new StringReader(text));
            if (root == null) {
                root = new MappingNode(Tag.MAP, List.of(), DumperOptions.FlowStyle.BLOCK);
            }
            if (root instanceof MappingNode mapping) {
                checkKeys(mapping, "", source, found);
                problems.addAll(found);
                return found.isEmpty()
                        ? Optional.of(new YamlDocument(source, mapping, content(mapping)))
                        : Optional.empty();
            }
            problems.add(new Problem(name, source, "is not a section of keys", "").at(line(root), ""));
        } catch (YAMLException e) {
            problems.add(YamlSyntax.invalid(e, name, source));
        } catch (ConfigParserException e) {
            problems.add(new Problem(name, source, "holds too many keys", ""));
        }
        return Optional.empty();
    }

    /**
     * Keys and values as they are written: a secret of digits is no number, a tenant called {@code on} is no flag.
     * Helidon's parser alone, since its {@code Config} takes time with the square of the keys and overflows the stack
     * with some thousand tenants.
     */
    private static ConfigNode.ObjectNode content(MappingNode root) {
        if (root.getValue().isEmpty()) {
            return ConfigNode.ObjectNode.empty();
        }
        StringBuilder literal = new StringBuilder();
        write(root, literal);
        return YamlConfigParser.create()
                .parse(ConfigParser.Content.builder()
                        .data(new ByteArrayInputStream(literal.toString().getBytes(StandardCharsets.UTF_8)))
                        .charset(StandardCharsets.UTF_8)
                        .build());
    }

    /** Everything quoted, in the flow style, which every YAML parser reads alike. */
    private static void write(Node node, StringBuilder out) {
        switch (node) {
            case MappingNode mapping -> {
                out.append('{');
                mapping.getValue().forEach(tuple -> {
                    quote(Config.Key.escapeName(key(tuple)), out);
                    out.append(": ");
                    write(tuple.getValueNode(), out);
                    out.append(",\n");
                });
                out.append('}');
            }
            case SequenceNode list -> {
                out.append('[');
                list.getValue().forEach(element -> {
                    write(element, out);
                    out.append(",\n");
                });
                out.append(']');
            }
            case Node leaf -> quote(leaf instanceof ScalarNode value && !isNull(value) ? value.getValue() : "", out);
        }
    }

    private static boolean isNull(ScalarNode scalar) {
        return scalar.getTag().equals(Tag.NULL);
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\' || ((c < ' ' || c > '~') && !Character.isSurrogate(c))) {
                out.append("\\u").append(HexFormat.of().toHexDigits(c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    private static void checkKeys(Node node, String path, String source, List<Problem> problems) {
        switch (node) {
            case MappingNode mapping -> {
                Set<String> keys = new HashSet<>();
                for (NodeTuple tuple : mapping.getValue()) {
                    String key = path.isEmpty() ? key(tuple) : path + "." + key(tuple);
                    String wrong = wrong(tuple, !keys.add(key(tuple)));
                    if (!wrong.isEmpty()) {
                        problems.add(new Problem(key, source, wrong, "").at(line(tuple.getKeyNode()), ""));
                    }
                    checkKeys(tuple.getValueNode(), key, source, problems);
                }
            }
            case SequenceNode list -> {
                for (int i = 0; i < list.getValue().size(); i++) {
                    checkKeys(list.getValue().get(i), path + "[" + i + "]", source, problems);
                }
            }
            case Node scalar -> {}
        }
    }

    /** What is wrong with a key; empty when nothing is. */
    private static String wrong(NodeTuple tuple, boolean twice) {
        if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
            return "is not a word, as a key must be";
        }
        if (key.getTag().equals(Tag.MERGE)) {
            return "is not read: write the keys out";
        }
        if (key.getValue().isEmpty() || key.getValue().length() > MAX_KEY) {
            return "is not a key of 1 to " + MAX_KEY + " characters";
        }
        return twice ? "is there twice" : "";
    }

    private static String key(NodeTuple tuple) {
        return tuple.getKeyNode() instanceof ScalarNode scalar
                ? scalar.getValue().substring(0, Math.min(scalar.getValue().length(), MAX_KEY))
                : "?";
    }

    private static int line(Node node) {
        return node.getStartMark() == null ? 0 : node.getStartMark().getLine() + 1;
    }

    /** Where it was read from. */
    public String source() {
        return source;
    }

    /** Whether it says anything. */
    public boolean isEmpty() {
        return root.getValue().isEmpty();
    }

    /** Its keys and values; problems go to {@code problems}. */
    public Section section(List<Problem> problems) {
        return section(Environment.NONE, problems);
    }

    /** The same with {@code environment} over it. */
    public Section section(Environment environment, List<Problem> problems) {
        return Section.root(content, source, environment, problems, this::line);
    }

    /** The line of {@code path}, such as {@code hooks.pre-send[1].timeout}, or of what is nearest above it. */
    public int line(String path) {
        int line = 1;
        Node at = root;
        String rest = path;
        while (!rest.isEmpty()) {
            Optional<Step> step = step(at, rest);
            if (step.isEmpty()) {
                return line;
            }
            line = step.get().line();
            at = step.get().node();
            rest = step.get().rest();
        }
        return line;
    }

    private static Optional<Step> step(Node at, String path) {
        if (at instanceof MappingNode mapping) {
            return mapping.getValue().stream()
                    .filter(tuple -> leadsTo(path, key(tuple)))
                    .findFirst()
                    .map(tuple -> new Step(
                            line(tuple.getKeyNode()),
                            tuple.getValueNode(),
                            below(path.substring(key(tuple).length()))));
        }
        int end = path.indexOf(']');
        if (at instanceof SequenceNode list && path.matches("\\[\\d{1,6}].*")) {
            int index = Integer.parseInt(path.substring(1, end));
            return list.getValue().stream()
                    .skip(index)
                    .findFirst()
                    .map(node -> new Step(line(node), node, below(path.substring(end + 1))));
        }
        return Optional.empty();
    }

    /** Whether a path is that of a key, or of something below it. */
    private static boolean leadsTo(String path, String key) {
        return path.startsWith(key)
                && (path.length() == key.length()
                        || path.charAt(key.length()) == '.'
                        || path.charAt(key.length()) == '[');
    }

    private static String below(String rest) {
        return rest.startsWith(".") ? rest.substring(1) : rest;
    }

    /** The text without the elements of the lists below {@code key} that have {@code name} as their name. */
    public String without(String key, String name) {
        Predicate<Node> named = element -> element instanceof MappingNode mapping
                && mapping.getValue().stream()
                        .anyMatch(tuple -> key(tuple).equals("name")
                                && tuple.getValueNode() instanceof ScalarNode scalar
                                && scalar.getValue().equals(name));
        root.getValue().stream()
                .filter(tuple -> key(tuple).equals(key))
                .flatMap(tuple -> tuple.getValueNode() instanceof MappingNode lists
                        ? lists.getValue().stream()
                        : Stream.<NodeTuple>empty())
                .forEach(tuple -> {
                    if (tuple.getValueNode() instanceof SequenceNode list) {
                        list.getValue().removeIf(named);
                    }
                });
        StringWriter out = new StringWriter();
        YamlSyntax.yaml().serialize(root, out);
        return out.toString();
    }
}
