package io.mics.routing.directory;

/**
 * How much of one message to many users is in flight at one time.
 *
 * @param chunk users looked up in one round trip to the directory; 0 is all of them
 * @param width round trips, to the directory or to other nodes, at one time; 0 is unlimited
 */
public record FanOutBounds(int chunk, int width) {
    /** The chunk for {@code users}, at least one. */
    public int chunkOf(int users) {
        return Math.max(1, chunk == 0 ? users : Math.min(chunk, users));
    }

    /** The width for {@code tasks}, at least one. */
    public int widthOf(int tasks) {
        return Math.max(1, width == 0 ? tasks : Math.min(width, tasks));
    }
}
