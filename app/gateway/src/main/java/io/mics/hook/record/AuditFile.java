package io.mics.hook.record;

import io.mics.observe.Log;
import io.mics.observe.log.LineWriter;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The audit's file, appended to. After a failure it is opened again, and a line that was cut off is ended. */
final class AuditFile implements LineWriter.Out<HookAudit.Line> {
    private static final Log LOG = Log.of(AuditFile.class);

    private final Path path;
    private BufferedWriter out;

    AuditFile(Path path) throws IOException {
        this.path = path;
        this.out = open();
    }

    private BufferedWriter open() throws IOException {
        return Files.newBufferedWriter(
                path, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Override
    public void write(HookAudit.Line line) throws IOException {
        out.write(line.json());
        out.newLine();
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void reopen() throws IOException {
        try {
            out.close();
        } catch (IOException e) {
            LOG.debug("file_not_closed");
        }
        boolean cutOff = endsWithinALine();
        out = open();
        if (cutOff) {
            out.newLine();
            out.flush();
        }
    }

    private boolean endsWithinALine() throws IOException {
        if (!Files.isRegularFile(path) || Files.size(path) == 0) {
            return false;
        }
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            file.seek(file.length() - 1);
            return file.read() != '\n';
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
