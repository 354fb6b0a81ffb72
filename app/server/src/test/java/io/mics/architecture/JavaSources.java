package io.mics.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The Java sources of every module, as text. */
final class JavaSources {
    /** A method's first line in formatted code: 4 or 8 spaces of indent, no statement, a brace at the end. */
    private static final Pattern METHOD =
            Pattern.compile("^( {4}| {8})(?!\\s|(return|new|if|for|while|switch|try|else|do|case|catch|throw)\\b)"
                    + "(?!.*\\b(class|interface|enum|record)\\b)(?!.*=)(?!.*->).*\\)[^;]*\\{$");

    /** The folder of the whole project. */
    static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

    private static final List<Path> MODULES = modules();

    private JavaSources() {}

    /** One source file and its lines. */
    record Source(Path path, List<String> lines) {
        String at(int lineIndex) {
            return path + ":" + (lineIndex + 1);
        }

        boolean isTest() {
            return path.toString().contains("/src/test/") || path.startsWith("app/testing");
        }
    }

    /** A method: where it begins and its number of lines, braces included. */
    record Method(Source source, int start, int length) {}

    /** Every folder with sources: a module that is added is looked at without being named here. */
    private static List<Path> modules() {
        try (Stream<Path> above = Files.list(ROOT);
                Stream<Path> ofServer = Files.list(ROOT.resolve("app"))) {
            return Stream.concat(above, ofServer)
                    .map(module -> module.resolve("src"))
                    .filter(Files::isDirectory)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Source> all() {
        List<Source> all = new ArrayList<>();
        for (Path module : MODULES) {
            try (Stream<Path> files = Files.walk(module)) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .sorted()
                        .forEach(file -> all.add(new Source(ROOT.relativize(file), read(file))));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return all;
    }

    static List<Method> methods(Source source) {
        List<Method> methods = new ArrayList<>();
        for (int i = 0; i < source.lines().size(); i++) {
            var start = METHOD.matcher(source.lines().get(i));
            if (start.matches()) {
                int end = source.lines().subList(i, source.lines().size()).indexOf(start.group(1) + "}");
                if (end > 0) {
                    methods.add(new Method(source, i, end + 1));
                }
            }
        }
        return methods;
    }

    private static List<String> read(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
