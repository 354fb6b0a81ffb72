package io.mics.config.reload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How configuration files were at one look: size, time of the last change and identity of each. Two equal looks
 * say that nobody wrote in between.
 */
record FileStates(Map<Path, State> files) {
    /** One file where its links lead; {@code key} distinguishes it from another that took its name. */
    record State(long size, FileTime changed, String key) {}

    /** Looks at {@code watched}: files, and the configuration files directly in folders. */
    static FileStates of(List<Path> watched) {
        Map<Path, State> files = new LinkedHashMap<>();
        for (Path path : watched) {
            if (Files.isDirectory(path)) {
                inside(path, files);
            } else {
                look(path, files);
            }
        }
        return new FileStates(Map.copyOf(files));
    }

    private static void inside(Path folder, Map<Path, State> files) {
        try (Stream<Path> entries = Files.list(folder)) {
            entries.filter(entry -> entry.toString().matches(".*\\.(yaml|yml|toml)"))
                    .forEach(entry -> look(entry, files));
        } catch (IOException e) {
            // has gone, as its files have
        }
    }

    private static void look(Path file, Map<Path, State> files) {
        try {
            Path real = file.toRealPath(new LinkOption[0]);
            BasicFileAttributes now = Files.readAttributes(real, BasicFileAttributes.class);
            files.put(file, new State(now.size(), now.lastModifiedTime(), real + " " + now.fileKey()));
        } catch (IOException e) {
            files.remove(file);
        }
    }
}
