package io.mics.config;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionEndEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.parser.ParserException;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.scanner.ScannerException;

/**
 * What a configuration text may use of YAML: mappings, lists and scalars. Aliases could make a short text a huge one,
 * tags name types that no setting has, and deep nesting would end a recursive reader.
 *
 * <p>Operators' requests are read by the same code, where a few lines of aliases could stand for gigabytes. Values are
 * taken as they are written ({@code 0123} is no octal number). Helidon's YAML parser reads them, not its
 * {@code Config}, which overflows the stack with some thousand tenants.
 */
final class YamlSyntax {
    /** The most sections within each other; no setting is a fifth as deep. */
    static final int MAX_DEPTH = 50;

    private final String name;
    private final String source;
    private final List<Problem> found = new ArrayList<>();
    private int depth;
    private int documents;

    private YamlSyntax(String name, String source) {
        this.name = name;
        this.source = source;
    }

    /** A parser that keeps to our limits by itself. */
    static Yaml yaml() {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setSplitLines(false);
        return new Yaml(new LoaderOptions(), options);
    }

    /** Everything that {@code text} must not hold; {@code name} is the key of the problems. */
    static List<Problem> problems(String text, String name, String source) {
        YamlSyntax syntax = new YamlSyntax(name, source);
        try {
            if (syntax.isPrintable(text)) {
                for (Event event : yaml().parse(new StringReader(text))) {
                    syntax.check(event);
                    if (syntax.depth > MAX_DEPTH) {
                        break;
                    }
                }
            }
        } catch (YAMLException e) {
            syntax.found.add(invalid(e, name, source));
        }
        return syntax.found;
    }

    private boolean isPrintable(String text) {
        int line = 1;
        for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
            int character = text.codePointAt(at);
            if (!StreamReader.isPrintable(character)) {
                String what = "holds the character U+%04X, which YAML does not allow".formatted(character);
                found.add(new Problem(name, source, what, "").at(line, ""));
                return false;
            }
            line += character == '\n' ? 1 : 0;
        }
        return true;
    }

    private void check(Event event) {
        if (event instanceof AliasEvent) {
            add(event, "holds an alias (*): write its value out");
        } else if (event instanceof DocumentStartEvent && ++documents == 2) {
            add(event, "holds a second document (---): one file is one document");
        } else if (event instanceof CollectionEndEvent) {
            depth--;
        } else if (event instanceof CollectionStartEvent start) {
            if (++depth > MAX_DEPTH) {
                add(event, "is nested more than " + MAX_DEPTH + " deep");
            }
            checkTag(event, start.getTag());
        } else if (event instanceof ScalarEvent scalar) {
            checkTag(event, scalar.getTag());
        }
    }

    private void checkTag(Event event, @Nullable String tag) {
        if (tag != null) {
            add(event, "holds a tag (!): quote a value that is to begin with one");
        }
    }

    private void add(Event event, String what) {
        found.add(new Problem(name, source, what, "").at(event.getStartMark().getLine() + 1, ""));
    }

    /** The problem that the parser had; its words only where they cannot quote a value, which may be a secret. */
    static Problem invalid(YAMLException e, String name, String source) {
        Optional<Mark> mark = e instanceof MarkedYAMLException marked && marked.getProblemMark() != null
                ? Optional.of(marked.getProblemMark())
                : Optional.empty();
        String at = mark.map(m -> " at line " + (m.getLine() + 1) + ", column " + (m.getColumn() + 1))
                .orElse("");
        return new Problem(name, source, "is not valid YAML" + at + words(e), "")
                .at(mark.map(m -> m.getLine() + 1).orElse(0), "");
    }

    private static String words(YAMLException e) {
        if (!(e instanceof ScannerException || e instanceof ParserException)) {
            return "";
        }
        String problem = String.valueOf(((MarkedYAMLException) e).getProblem());
        return problem.contains("(TAB)") ? ": a tab is there; indent with spaces" : ": " + problem;
    }
}
