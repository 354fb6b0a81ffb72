package io.mics.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** One YAML file, read whole. A file that does not exist is an empty one. */
public final class ConfigFile {
    private ConfigFile() {}

    /** The file's content as the root section; what cannot be parsed is a problem and an empty section. */
    public static Section read(Path file, Environment environment, List<Problem> problems) {
        String source = "file:" + file;
        Optional<YamlDocument> document = ConfigText.read(file, source, problems)
                .flatMap(text -> YamlDocument.parse(text, String.valueOf(file.getFileName()), source, problems));
        return document.isPresent()
                ? document.get().section(environment, problems)
                : Section.unreadable(source, environment, problems);
    }
}
