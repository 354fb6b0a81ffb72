package io.mics.lifecycle;

import io.mics.observe.Log;
import java.util.ArrayDeque;
import java.util.Deque;

/** Everything that was started, closed in reverse; one part's failure does not keep the others open. */
public final class Closing implements AutoCloseable {
    private static final Log LOG = Log.of(Closing.class);

    private final Deque<Part> parts = new ArrayDeque<>();

    private record Part(String name, AutoCloseable part) {}

    /** Adds a part that was just started. */
    public <T extends AutoCloseable> T add(String name, T part) {
        parts.push(new Part(name, part));
        return part;
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            Part last = parts.pop();
            try {
                last.part().close();
            } catch (Exception e) {
                LOG.error("part_close_failed", e, "part", last.name());
            }
        }
    }
}
