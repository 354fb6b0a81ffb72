package io.mics.readme;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The examples of README.md, in their order. */
public final class Readme {
    private static final Pattern FENCED = Pattern.compile("(?ms)^( *)```(\\w+)\\n(.*?)^ *```$");
    private static final String OUTPUT = "text";

    /** All of them. */
    public static final List<Example> EXAMPLES = read(Path.of("../../README.md"));

    /**
     * One example.
     *
     * @param language sh, js or java
     * @param text     as it is written, without the indentation of a list
     * @param output   what README shows below it; {@code …} stands for anything; empty where it shows nothing
     */
    public record Example(String language, String text, String output) {}

    private Readme() {}

    /** The one example of this language that contains a text. */
    public static Example example(String language, String containing) {
        List<Example> found = EXAMPLES.stream()
                .filter(example -> example.language().equals(language))
                .filter(example -> example.text().contains(containing))
                .toList();
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " examples in " + language + " contain: " + containing);
        }
        return found.getFirst();
    }

    private static List<Example> read(Path file) {
        List<Example> examples = new ArrayList<>();
        Matcher block = FENCED.matcher(text(file));
        while (block.find()) {
            String text = block.group(3).replaceAll("(?m)^" + block.group(1), "");
            if (block.group(2).equals(OUTPUT)) {
                Example shown = examples.removeLast();
                examples.add(new Example(shown.language(), shown.text(), text));
            } else {
                examples.add(new Example(block.group(2), text, ""));
            }
        }
        return List.copyOf(examples);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
