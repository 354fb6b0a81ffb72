package io.mics.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The settings of every registered section, as read from {@code mics.yaml} and the environment. Immutable. */
public final class Settings {
    private final Map<SettingsSection<?>, Record> values;

    private Settings(Map<SettingsSection<?>, Record> values) {
        this.values = values;
    }

    /**
     * Reads {@code sections} in their order.
     *
     * @param root      the whole of {@code mics.yaml}
     * @param variables the environment, for what stands for no key
     * @param wholeHeap bytes of the heap
     * @param setApart  percent of what may grow that no section has
     */
    public static Settings read(
            List<SettingsSection<?>> sections,
            Section root,
            Map<String, String> variables,
            long wholeHeap,
            int setApart) {
        SettingsReading reading = new SettingsReading(root, variables, wholeHeap);
        reading.setApart(setApart);
        sections.forEach(reading::get);
        return new Settings(new LinkedHashMap<>(reading.all()));
    }

    /** The settings of a registered section. */
    public <T extends Record> T get(SettingsSection<T> section) {
        Record settings = values.get(section);
        if (settings == null) {
            throw new IllegalArgumentException("not registered: " + section.name());
        }
        return section.cast(settings);
    }

    /** These, with what a running node takes over of {@code next}. */
    public Settings takeOver(Settings next) {
        Map<SettingsSection<?>, Record> taken = new LinkedHashMap<>();
        values.forEach((section, running) -> taken.put(section, section.takeOver(running, next.get(section))));
        return new Settings(taken);
    }

    /** The keys whose values differ from {@code other}'s. Never their values. */
    public List<String> differences(Settings other) {
        List<String> keys = new ArrayList<>();
        values.forEach((section, settings) -> SettingsDiff.between(settings, other.get(section))
                .forEach(key -> keys.add(section.name().isEmpty() ? key : section.name() + "." + key)));
        return keys;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Settings settings && values.equals(settings.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.values().stream().map(Record::toString).collect(Collectors.joining(", ", "[", "]"));
    }
}
