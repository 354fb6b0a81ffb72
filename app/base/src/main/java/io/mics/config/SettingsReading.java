package io.mics.config;

import io.mics.concurrent.HeapShare;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The reading of one {@code mics.yaml}: what a section needs beside its own keys. Sections are read in the order in
 * which they are registered, one that another asks for before it. Used by one thread.
 */
public final class SettingsReading {
    private final Section root;
    private final Map<String, String> variables;
    private final Map<SettingsSection<?>, Record> read = new LinkedHashMap<>();
    private final long growable;
    private long heap;

    SettingsReading(Section root, Map<String, String> variables, long wholeHeap) {
        this.root = root;
        this.variables = variables;
        this.growable = HeapShare.growable(wholeHeap);
        this.heap = growable;
    }

    /** The settings of another section; no two may ask for each other. */
    public <T extends Record> T get(SettingsSection<T> section) {
        Record known = read.get(section);
        if (known != null) {
            return section.cast(known);
        }
        T settings = section.read(root, this);
        read.put(section, settings);
        return settings;
    }

    /** The bytes of which sizes are shares: the part of the heap that may grow, without what is set apart. */
    public long heap() {
        return heap;
    }

    /** Takes {@code percent} of what may grow for what no setting bounds; sections read later share the rest. */
    public void setApart(int percent) {
        heap -= growable / 100 * percent;
    }

    /** A variable of the environment that stands for no key; empty when it is not there. */
    public String variable(String name) {
        return variables.getOrDefault(name, "");
    }

    Map<SettingsSection<?>, Record> all() {
        return read;
    }
}
