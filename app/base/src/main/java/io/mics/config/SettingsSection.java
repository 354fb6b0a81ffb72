package io.mics.config;

import java.util.List;
import java.util.function.BinaryOperator;

/**
 * What one capability reads from {@code mics.yaml}: its section, the environment names that beat its keys, and what a
 * node that runs takes over of a change. Declared beside the record of settings, and registered once with the node.
 *
 * @param <T> the settings
 */
public final class SettingsSection<T extends Record> {
    private final Class<T> type;
    private final String name;
    private final Reader<T> reader;
    private final List<EnvironmentName> environment;
    private final BinaryOperator<T> whileRunning;

    /** Reads the settings; what is wrong with them becomes a problem of the section. */
    @FunctionalInterface
    public interface Reader<T> {
        T read(Section section, SettingsReading reading);
    }

    private SettingsSection(
            Class<T> type,
            String name,
            Reader<T> reader,
            List<EnvironmentName> environment,
            BinaryOperator<T> whileRunning) {
        this.type = type;
        this.name = name;
        this.reader = reader;
        this.environment = environment;
        this.whileRunning = whileRunning;
    }

    /** Settings that take effect at the next start; {@code name} is the section's key, empty for keys at the top. */
    public static <T extends Record> SettingsSection<T> of(
            Class<T> type, String name, Reader<T> reader, EnvironmentName... environment) {
        return new SettingsSection<>(type, name, reader, List.of(environment), (running, next) -> running);
    }

    /** The same, taking effect at once. */
    public SettingsSection<T> live() {
        return live((running, next) -> next);
    }

    /** The same, of a change to {@code next} only what {@code whileRunning} takes over. */
    public SettingsSection<T> live(BinaryOperator<T> whileRunning) {
        return new SettingsSection<>(type, name, reader, environment, whileRunning);
    }

    String name() {
        return name;
    }

    /** The environment names that beat its keys. */
    public List<EnvironmentName> environment() {
        return environment;
    }

    T read(Section root, SettingsReading reading) {
        return reader.read(name.isEmpty() ? root : root.section(name), reading);
    }

    T cast(Record settings) {
        return type.cast(settings);
    }

    T takeOver(Record running, Record next) {
        return whileRunning.apply(type.cast(running), type.cast(next));
    }
}
