package io.mics.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What is read at start and again at every reload. */
public interface Reloadable<T> {

    /** Reads everything anew. */
    Reading<T> read(Path dir, Map<String, String> environment);

    /** What forbids going from one to the other while running; empty when nothing does. */
    List<Problem> refuse(T running, T next);

    /** Makes {@code next} hold where that can be done and returns what runs now. Logs what has to wait. */
    T apply(T running, T next);
}
