package io.mics.admin.chat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * The lines that a person types, read by a thread of its own: nobody can be woken who waits for a terminal. That thread
 * stays until the next line, or the end of the process.
 */
final class ChatInput implements AutoCloseable {
    private static final int AHEAD = 64;

    private final BlockingQueue<Optional<String>> lines = new ArrayBlockingQueue<>(AHEAD);
    private final Thread reader;

    ChatInput(InputStream in) {
        reader = Thread.ofVirtual().name("chat-input").start(() -> read(in));
    }

    private void read(InputStream in) {
        BufferedReader from = new BufferedReader(new InputStreamReader(in, Charset.defaultCharset()));
        try {
            Optional<String> line;
            do {
                line = Optional.ofNullable(from.readLine());
                lines.put(line);
            } while (line.isPresent());
        } catch (IOException e) {
            end(); // nobody types any more
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The next line; empty at the end of the input. */
    Optional<String> next() throws InterruptedException {
        return lines.take();
    }

    /** Ends the input, whatever is still to come. */
    void end() {
        lines.clear();
        var unused = lines.offer(Optional.empty());
    }

    @Override
    public void close() {
        reader.interrupt();
    }
}
