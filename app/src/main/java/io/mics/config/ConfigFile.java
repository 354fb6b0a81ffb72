package io.mics.config;

import io.helidon.common.media.type.MediaTypes;
import io.helidon.config.Config;
import io.helidon.config.ConfigException;
import io.helidon.config.ConfigSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** One YAML file, read whole. A file that does not exist is an empty one. */
public final class ConfigFile {
    private ConfigFile() {}

    /** The file's content as the root section; what cannot be parsed is a problem and an empty section. */
    public static Section read(Path file, Environment environment, List<Problem> problems) {
        String source = "file:" + file;
        return Section.root(parse(file, source, problems), source, environment, problems);
    }

    private static Config parse(Path file, String source, List<Problem> problems) {
        String name = String.valueOf(file.getFileName());
        try {
            return parse(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Config.empty();
        } catch (IOException e) {
            problems.add(
                    new Problem(name, source, "cannot be read: " + e.getClass().getSimpleName(), ""));
        } catch (ConfigException | ClassCastException e) {
            problems.add(new Problem(name, source, "is not valid YAML" + position(e), ""));
        }
        return Config.empty();
    }

    /** The content of {@code yaml}; nothing of it is looked up elsewhere. */
    static Config parse(String yaml) {
        return Config.builder()
                .disableEnvironmentVariablesSource()
                .disableSystemPropertiesSource()
                .disableKeyResolving()
                .disableValueResolving()
                .addSource(ConfigSources.create(yaml, MediaTypes.APPLICATION_X_YAML))
                .build();
    }

    /** Line and column only: the parser's own message quotes the file, which may hold secrets. */
    static String position(Throwable thrown) {
        return mark(thrown)
                .map(mark -> " at line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
                .orElse("");
    }

    /** The line alone; 0 when it is not known. */
    static int line(Throwable thrown) {
        return mark(thrown).map(mark -> mark.getLine() + 1).orElse(0);
    }

    private static Optional<Mark> mark(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof MarkedYAMLException yaml && yaml.getProblemMark() != null) {
                return Optional.of(yaml.getProblemMark());
            }
        }
        return Optional.empty();
    }
}
