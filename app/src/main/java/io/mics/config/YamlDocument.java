package io.mics.config;

import io.helidon.config.Config;
import io.helidon.config.ConfigException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * One YAML text that tells on which line each of its keys is. A key that is there twice is a problem, and so is an
 * alias: it could make a short text a huge one.
 */
final class YamlDocument {
    private final String source;
    private final MappingNode root;
    private final Config content;

    /** One step down a path: the line it leads to, what is there, and the rest of the path. */
    private record Step(int line, Node node, String rest) {}

    private YamlDocument(String source, MappingNode root, Config content) {
        this.source = source;
        this.root = root;
        this.content = content;
    }

    /** Reads {@code text}; {@code name} is the key of a problem with the whole. Empty when there is one. */
    static Optional<YamlDocument> parse(String text, String name, String source, List<Problem> problems) {
        List<Problem> found = new ArrayList<>();
        try {
            aliases(text, name, source, found);
            Node root = found.isEmpty() ? yaml().compose(new StringReader(text)) : null;
            if (root == null) {
                root = new MappingNode(Tag.MAP, List.of(), DumperOptions.FlowStyle.BLOCK);
            }
            if (root instanceof MappingNode mapping) {
                checkKeys(mapping, "", source, found);
                if (found.isEmpty()) {
                    boolean empty = mapping.getValue().isEmpty();
                    return Optional.of(
                            new YamlDocument(source, mapping, empty ? Config.empty() : ConfigFile.parse(text)));
                }
            } else {
                found.add(new Problem(name, source, "is not a section of keys", "").at(line(root), ""));
            }
        } catch (YAMLException | ConfigException | ClassCastException e) {
            found.add(new Problem(name, source, "is not valid YAML" + ConfigFile.position(e), "")
                    .at(ConfigFile.line(e), ""));
        }
        problems.addAll(found);
        return Optional.empty();
    }

    /** Refuses deep nesting and long texts by itself. */
    private static Yaml yaml() {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        return new Yaml(new LoaderOptions(), options);
    }

    private static void aliases(String text, String name, String source, List<Problem> problems) {
        StreamSupport.stream(yaml().parse(new StringReader(text)).spliterator(), false)
                .filter(AliasEvent.class::isInstance)
                .forEach(event -> problems.add(new Problem(name, source, "holds an alias (*): write its value out", "")
                        .at(event.getStartMark().getLine() + 1, "")));
    }

    private static void checkKeys(Node node, String path, String source, List<Problem> problems) {
        switch (node) {
            case MappingNode mapping -> {
                Set<String> keys = new HashSet<>();
                for (NodeTuple tuple : mapping.getValue()) {
                    String key = path.isEmpty() ? key(tuple) : path + "." + key(tuple);
                    if (!keys.add(key)) {
                        problems.add(new Problem(key, source, "is there twice", "").at(line(tuple.getKeyNode()), ""));
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

    private static String key(NodeTuple tuple) {
        return tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
    }

    private static int line(Node node) {
        return node.getStartMark() == null ? 0 : node.getStartMark().getLine() + 1;
    }

    /** Where it was read from. */
    String source() {
        return source;
    }

    /** Whether it says anything. */
    boolean isEmpty() {
        return root.getValue().isEmpty();
    }

    /** Its keys and values; problems go to {@code problems}, without their lines. */
    Section section(List<Problem> problems) {
        return Section.root(content, source, Environment.NONE, problems);
    }

    /** The line of {@code path}, such as {@code hooks.pre-send[1].timeout}, or of what is nearest above it. */
    int line(String path) {
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
                    .filter(tuple -> path.equals(key(tuple))
                            || path.startsWith(key(tuple) + ".")
                            || path.startsWith(key(tuple) + "["))
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

    private static String below(String rest) {
        return rest.startsWith(".") ? rest.substring(1) : rest;
    }

    /** The text without the elements of the lists below {@code key} that have {@code name} as their name. */
    String without(String key, String name) {
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
        yaml().serialize(root, out);
        return out.toString();
    }
}
