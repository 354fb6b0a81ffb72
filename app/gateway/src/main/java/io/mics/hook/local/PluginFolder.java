package io.mics.hook.local;

import io.mics.hook.point.HookPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder with the plugins' jars. Read anew for every plugin that is made, never watched, never written; the folder
 * need not exist.
 *
 * <p>Contained are mistakes, not malice: memory and the process are the server's, and class files are not searched for
 * {@code System.exit}, since reflection passes any search.
 */
public final class PluginFolder {
    private static final int NAMED = 10;

    private final Path folder;

    /** Plugins in {@code folder}, usually {@code plugins} beside the configuration. */
    public PluginFolder(Path folder) {
        this.folder = folder;
    }

    /** What came of looking for a plugin. */
    sealed interface Found {
        /** It was made. */
        record Made(Object plugin, ClassLoader loader) implements Found {}

        /** It is not there, or cannot be made; the cause is in plain words. */
        record Missing(String cause) implements Found {}
    }

    /** Either the jar with the class, or why there is none, in plain words. */
    private record Search(@Nullable PluginJar jar, String cause) {
        static Search failed(String cause) {
            return new Search(null, cause);
        }
    }

    /** Makes the plugin of this class. Runs its constructor, so on a thread that may be lost to it. */
    Found make(HookPoint point, String className) {
        Search search = search(point, className);
        PluginJar jar = search.jar();
        return jar == null ? new Found.Missing(search.cause()) : make(point.pluginType(), className, jar);
    }

    /** Why there is no plugin of this class, in plain words; empty when there is one. Runs nothing of it. */
    public String missing(HookPoint point, String className) {
        return search(point, className).cause();
    }

    private Search search(HookPoint point, String className) {
        Class<?> type = point.pluginType();
        List<PluginJar> holders = new ArrayList<>();
        List<String> found = new ArrayList<>();
        for (Path file : jars()) {
            try {
                PluginJar jar = PluginJar.read(file);
                if (jar.holds(className)) {
                    holders.add(jar);
                }
                jar.provides(type).forEach(name -> found.add(name + " (" + jar.file() + ")"));
            } catch (IOException e) {
                found.add(file.getFileName() + ", which cannot be read: " + e.getMessage());
            }
        }
        if (holders.isEmpty()) {
            return Search.failed("no class " + className + " in " + name() + ": found " + list(found));
        }
        if (holders.size() > 1) {
            return Search.failed("class " + className + " is in more than one jar of " + name() + ": "
                    + list(holders.stream().map(PluginJar::file).toList()));
        }
        PluginJar jar = holders.getFirst();
        return jar.provides(type).contains(className)
                ? new Search(jar, "")
                : Search.failed("class " + className + " of " + jar.file() + " is not named in its META-INF/services/"
                        + type.getName());
    }

    /** As a {@link java.util.ServiceLoader} would, except that nothing is asked of the jar's other plugins. */
    private static Found make(Class<?> type, String className, PluginJar jar) {
        PluginLoader loader = new PluginLoader(jar);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            Class<?> plugin = Class.forName(className, false, loader);
            return type.isAssignableFrom(plugin)
                    ? new Found.Made(plugin.getConstructor().newInstance(), loader)
                    : new Found.Missing("class " + className + " of " + jar.file() + " is no " + type.getSimpleName());
        } catch (ReflectiveOperationException | LinkageError e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return new Found.Missing("class " + className + " of " + jar.file() + " cannot be made: "
                    + PluginFault.words(cause) + PluginFault.firstLine(cause));
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private List<Path> jars() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException none) {
            return List.of();
        }
    }

    private String name() {
        return folder.getFileName() + "/";
    }

    private String list(List<String> names) {
        if (names.isEmpty()) {
            return Files.isDirectory(folder) ? "nothing" : "no such folder";
        }
        return names.stream().limit(NAMED).collect(Collectors.joining(", "))
                + (names.size() > NAMED ? " and " + (names.size() - NAMED) + " more" : "");
    }
}
