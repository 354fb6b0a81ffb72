package io.mics.hook.record;

import io.mics.observe.Log;
import io.mics.observe.log.LineWriter;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Supplier;

/**
 * A file of calls that is begun anew when it is full, and when it was there before: what it held is then in
 * {@code FILE.1}, whose own is gone. So there are never more than two files, and each is redacted in one way.
 */
final class RollingFile implements LineWriter.Out<Supplier<HookCall>> {
    private static final Log LOG = Log.of(RollingFile.class);

    private final Path file;
    private final Path before;
    private final long maxBytes;
    private BufferedWriter out;
    private Redaction redaction = new Redaction();
    private long written;

    /** One of at most {@code maxBytes}; a call that takes more alone is not written. */
    RollingFile(Path file, long maxBytes) throws IOException {
        this.file = file;
        this.before = file.resolveSibling(file.getFileName() + ".1");
        this.maxBytes = maxBytes;
        this.out = begin();
    }

    private BufferedWriter begin() throws IOException {
        if (Files.exists(file) && Files.size(file) > 0) {
            Files.move(file, before, StandardCopyOption.REPLACE_EXISTING);
        }
        return Files.newBufferedWriter(
                file,
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
    }

    @Override
    public void write(Supplier<HookCall> call) throws IOException {
        HookCall made = call.get();
        String line = HookCallWriter.line(redaction.of(made)) + "\n";
        int length = length(line);
        if (length > maxBytes) {
            throw new IllegalArgumentException("a call of " + length + " bytes does not fit into " + file);
        }
        if (written + length > maxBytes) {
            out.close();
            out = begin();
            redaction = new Redaction();
            written = 0;
            line = HookCallWriter.line(redaction.of(made)) + "\n";
        }
        out.write(line);
        written += length;
    }

    private static int length(String line) {
        return line.getBytes(StandardCharsets.UTF_8).length;
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    /** In a new file: what was half written is in the one before. */
    @Override
    public void reopen() throws IOException {
        closeQuietly(out);
        out = begin();
        redaction = new Redaction();
        written = 0;
    }

    private static void closeQuietly(Closeable file) {
        try {
            file.close();
        } catch (IOException e) {
            LOG.debug("file_not_closed");
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
