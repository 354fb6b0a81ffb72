package io.mics.config.reload;

import io.mics.config.ConfigResult;
import io.mics.config.Problem;
import io.mics.observe.Metric;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What is read at start and again at every reload. */
public interface Reloadable<T> {

    /** The files and folders a change of which calls for a reload. */
    List<Path> watched(Path dir, Map<String, String> environment);

    /** What counts the reloads, by their result. */
    Metric reloads();

    /** Reads everything anew. */
    ConfigResult<T> read(Path dir, Map<String, String> environment);

    /** What forbids going from one to the other while running; empty when nothing does. */
    List<Problem> refuse(T running, T next);

    /** Makes {@code next} hold where that can be done and returns what runs now. Logs what has to wait. */
    T apply(T running, T next);
}
