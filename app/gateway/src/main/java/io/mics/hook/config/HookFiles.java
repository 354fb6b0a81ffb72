package io.mics.hook.config;

import io.mics.config.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where hooks are configured: {@code hooks.yaml} beside the other files, or what the environment names instead, a file,
 * a folder, or both, the file first.
 *
 * @param file     the file the environment names
 * @param folder   the folder the environment names
 * @param standard what is read where the environment names neither; it may be missing
 */
record HookFiles(Optional<Named> file, Optional<Named> folder, Path standard) {
    private static final List<String> FILE = List.of("MESSAGE_ORCHESTRATOR_HOOKS_CONFIG", "STORAGE_HOOKS_CONFIG");
    private static final List<String> FOLDER =
            List.of("MESSAGE_ORCHESTRATOR_HOOKS_CONFIG_DIR", "STORAGE_HOOKS_CONFIG_DIR");

    /** A path and the name of the environment it was found under. */
    record Named(String name, Path path) {}

    /** The files with the configuration in {@code dir} and this environment; of two names the newer one counts. */
    static HookFiles in(Path dir, Map<String, String> environment) {
        return new HookFiles(named(FILE, environment), named(FOLDER, environment), dir.resolve("hooks.yaml"));
    }

    private static Optional<Named> named(List<String> names, Map<String, String> environment) {
        return names.stream()
                .filter(name -> !environment.getOrDefault(name, "").isBlank())
                .findFirst()
                .map(name -> new Named(
                        name,
                        Path.of(environment.getOrDefault(name, "").strip()).toAbsolutePath()));
    }

    /** What is there to read, in its order; a location that the environment names and is not there is a problem. */
    List<Path> existing(List<Problem> problems) {
        if (file.isEmpty() && folder.isEmpty()) {
            return Stream.of(standard, standard.resolveSibling("hooks.toml"))
                    .filter(Files::exists)
                    .toList();
        }
        List<Path> all = new ArrayList<>();
        file.ifPresent(named -> {
            if (Files.isRegularFile(named.path())) {
                all.add(named.path());
            } else {
                problems.add(missing(named, "there is no file " + named.path()));
            }
        });
        folder.ifPresent(named -> all.addAll(inside(named, problems)));
        return all;
    }

    private static List<Path> inside(Named folder, List<Problem> problems) {
        try (Stream<Path> entries = Files.list(folder.path())) {
            return entries.filter(path -> isHookFile(path.getFileName().toString()) && Files.isRegularFile(path))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            problems.add(missing(folder, "there is no folder " + folder.path()));
            return List.of();
        }
    }

    private static boolean isHookFile(String name) {
        return !name.startsWith(".") && (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".toml"));
    }

    private static Problem missing(Named named, String what) {
        return new Problem("hooks", "environment " + named.name(), what, "");
    }

    /** What to look at for changes: each file where its links lead, and the folders whose links may lead elsewhere. */
    List<Path> watched() {
        List<Path> all = new ArrayList<>();
        if (file.isEmpty() && folder.isEmpty()) {
            all.add(standard.toAbsolutePath().getParent());
            all.add(standard.toAbsolutePath());
        }
        file.ifPresent(named -> {
            all.add(named.path().getParent());
            all.add(named.path());
        });
        folder.ifPresent(named -> all.add(named.path()));
        return all;
    }
}
