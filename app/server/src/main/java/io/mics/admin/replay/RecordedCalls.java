package io.mics.admin.replay;

import io.mics.hook.record.HookCall;
import io.mics.hook.record.HookCallReader;
import io.mics.hook.record.MalformedLineException;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;

/** The lines of a recording, given out one by one to whoever asks; no more of them is in memory than was asked for. */
final class RecordedCalls implements Closeable {
    private final BufferedReader lines;
    private final Duration timeout;
    private final ReentrantLock reading = new ReentrantLock();
    private int number;

    /** One line, which is numbered from 1. */
    sealed interface Line {
        record Call(int number, HookCall call) implements Line {}

        /** It is no call; {@code why} in plain words. */
        record Malformed(int number, String why) implements Line {}

        /** There are no more. */
        record End() implements Line {}
    }

    /** Calls that are made again within {@code timeout}. */
    RecordedCalls(Path file, Duration timeout) throws IOException {
        this.lines = new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
        this.timeout = timeout;
    }

    Line next() throws IOException {
        String line;
        int at;
        reading.lock();
        try {
            line = lines.readLine();
            at = ++number;
        } finally {
            reading.unlock();
        }
        if (line == null) {
            return new Line.End();
        }
        try {
            return new Line.Call(at, HookCallReader.read(line, Instant.now().plus(timeout)));
        } catch (MalformedLineException e) {
            return new Line.Malformed(at, "" + e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
