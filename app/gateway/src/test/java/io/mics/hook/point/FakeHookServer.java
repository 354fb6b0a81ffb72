package io.mics.hook.point;

import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A hook server of one transport that does as the test says, and reports calls in words common to all. */
public interface FakeHookServer extends AutoCloseable {
    /**
     * One call as it came over the wire.
     *
     * @param point   the point's label
     * @param headers names in lower case
     * @param body    by the names of the contract; a value is a text, bytes or another map
     */
    record Call(String point, Map<String, String> headers, Map<String, Object> body) {
        /** What is found at a path such as {@code context.tenant_id}; null when it is not there. */
        public @Nullable Object at(String path) {
            Object found = body;
            for (String name : path.split("\\.", -1)) {
                found = found instanceof Map<?, ?> map ? map.get(name) : null;
            }
            return found;
        }
    }

    /** What a server does with a call: answers fields by their names, or throws to fail it. */
    interface Answering {
        Map<String, Object> answer(Call call) throws Exception;
    }

    /** Answers calls like this from now on. */
    void answer(Answering answering);

    int port();

    /** Goes away, connections and all. */
    void stop();

    /** Comes back at the same port. */
    void start() throws IOException;

    @Override
    void close();
}
