package io.mics.hook.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * What a jar holds, in memory: replacing or deleting the file changes nothing for those who have read it.
 *
 * @param file    the jar's file name
 * @param entries contents by path; of a multi-release jar those for this JVM
 */
record PluginJar(String file, Map<String, byte[]> entries) {
    /** Bytes of all contents, unpacked. */
    static final int MAX_BYTES = 64 << 20;

    private static final String SERVICES = "META-INF/services/";

    /**
     * Reads a jar.
     *
     * @throws IOException it cannot be read, is no jar, or holds more than {@value #MAX_BYTES} bytes
     */
    static PluginJar read(Path file) throws IOException {
        Map<String, byte[]> entries = new HashMap<>();
        int room = MAX_BYTES;
        try (JarFile jar = new JarFile(file.toFile(), false, ZipFile.OPEN_READ, Runtime.version())) {
            for (JarEntry entry :
                    jar.versionedStream().filter(e -> !e.isDirectory()).toList()) {
                try (InputStream in = jar.getInputStream(entry)) {
                    byte[] content = in.readNBytes(room + 1);
                    room -= content.length;
                    if (room < 0) {
                        throw new IOException("it holds more than " + MAX_BYTES + " bytes");
                    }
                    entries.put(entry.getName(), content);
                }
            }
        }
        return new PluginJar(String.valueOf(file.getFileName()), entries);
    }

    byte @Nullable [] entry(String path) {
        return entries.get(path);
    }

    /** The classes it provides as {@code type}, in the order of its service file. */
    List<String> provides(Class<?> type) {
        byte[] names = entries.get(SERVICES + type.getName());
        return names == null
                ? List.of()
                : new String(names, StandardCharsets.UTF_8)
                        .lines()
                        .map(line -> (line.indexOf('#') < 0 ? line : line.substring(0, line.indexOf('#'))).strip())
                        .filter(line -> !line.isEmpty())
                        .toList();
    }

    /** Whether it holds the class, provided as a plugin or not. */
    boolean holds(String className) {
        return entries.containsKey(className.replace('.', '/') + ".class");
    }
}
