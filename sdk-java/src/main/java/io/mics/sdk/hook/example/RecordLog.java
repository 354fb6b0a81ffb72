package io.mics.sdk.hook.example;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A file of records, only ever appended to: each is its length, its CRC-32, its bytes. What {@link #append} returned
 * for is on disk, whatever happens to the process or the machine. For one thread at a time, and one process.
 *
 * <p>An interrupted thread does it no harm: unlike a channel, a {@link RandomAccessFile} stays open.
 */
final class RecordLog implements Closeable {
    static final int MAX_RECORD_BYTES = 64 << 20;

    private static final Logger LOG = System.getLogger(RecordLog.class.getName());
    private static final int HEAD_BYTES = 8;

    /** Takes the records of an existing file, in order. */
    interface Replay {
        void record(long position, byte[] payload) throws IOException;
    }

    /** Gives one record after the other, then null. */
    interface Source {
        byte @Nullable [] next() throws IOException;
    }

    private final Path path;
    private RandomAccessFile file;
    private long end;

    /**
     * Opens or creates the file and replays it. A record the last process had not finished writing is cut off.
     *
     * @throws IOException also when the file is damaged elsewhere than at its end: nothing is changed then
     */
    RecordLog(Path path, Replay replay) throws IOException {
        this.path = path;
        Files.deleteIfExists(rewritten());
        this.file = new RandomAccessFile(path.toFile(), "rw");
        try {
            long size = file.length();
            while (end < size && isWhole(size)) {
                replay.record(end, read(end));
                end += HEAD_BYTES + lengthAt(end);
            }
            if (end < size) {
                LOG.log(Level.WARNING, "{0}: cut off {1} bytes of an unfinished record", path, size - end);
                file.setLength(end);
            }
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Where the next record goes, and so the size of the file. */
    long size() {
        return end;
    }

    /** Writes and waits for the disk; returns the record's position. A failed write leaves the log as it was. */
    long append(byte[] payload) throws IOException {
        if (payload.length == 0 || payload.length > MAX_RECORD_BYTES) {
            throw new IOException("a record has 1 to " + MAX_RECORD_BYTES + " bytes, not " + payload.length);
        }
        byte[] framed = framed(payload);
        try {
            file.seek(end);
            file.write(framed);
            file.getFD().sync();
        } catch (IOException e) {
            file.setLength(end);
            throw e;
        }
        long position = end;
        end += framed.length;
        return position;
    }

    /** The record at a position that {@link #append} or the replay gave. */
    byte[] read(long position) throws IOException {
        byte[] payload = new byte[lengthAt(position)];
        int expected = file.readInt();
        file.readFully(payload);
        if (crc(payload) != expected) {
            throw new IOException(path + " is damaged at byte " + position);
        }
        return payload;
    }

    /** Puts these records in the place of all others, at once or not at all; returns their positions. */
    List<Long> replaceAll(Source records) throws IOException {
        List<Long> positions = new ArrayList<>();
        long size = 0;
        RandomAccessFile target = new RandomAccessFile(rewritten().toFile(), "rw");
        try {
            OutputStream out = new BufferedOutputStream(new FileOutputStream(target.getFD()), 1 << 16);
            for (byte[] payload = records.next(); payload != null; payload = records.next()) {
                byte[] framed = framed(payload);
                out.write(framed);
                positions.add(size);
                size += framed.length;
            }
            out.flush();
            target.getFD().sync();
            Files.move(rewritten(), path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException e) {
            target.close();
            Files.deleteIfExists(rewritten());
            throw e;
        }
        RandomAccessFile old = file;
        file = target;
        end = size;
        try (old) {
            syncFolder();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "a loss of power now could bring back the old " + path, e);
        }
        return positions;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** Whether a whole record begins at the end reached so far; false when it is the unfinished last one. */
    private boolean isWhole(long size) throws IOException {
        long rest = size - end;
        int length = rest < HEAD_BYTES ? 0 : lengthAt(end);
        boolean fits = length > 0 && length <= MAX_RECORD_BYTES && HEAD_BYTES + length <= rest;
        if (!fits) {
            if (rest > HEAD_BYTES + MAX_RECORD_BYTES) {
                throw new IOException(path + " is damaged at byte " + end); // more than one unfinished record
            }
            return false;
        }
        if (HEAD_BYTES + length < rest) {
            return true; // read() finds out whether it is sound: something was written after it, so it must be
        }
        try {
            read(end);
            return true;
        } catch (IOException unfinished) {
            return false;
        }
    }

    private int lengthAt(long position) throws IOException {
        file.seek(position);
        return file.readInt();
    }

    private Path rewritten() {
        return path.resolveSibling(path.getFileName() + ".new");
    }

    private void syncFolder() throws IOException {
        try (FileChannel folder = FileChannel.open(path.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    private static byte[] framed(byte[] payload) {
        return ByteBuffer.allocate(HEAD_BYTES + payload.length)
                .putInt(payload.length)
                .putInt(crc(payload))
                .put(payload)
                .array();
    }

    private static int crc(byte[] payload) {
        CRC32 crc = new CRC32();
        crc.update(payload);
        return (int) crc.getValue();
    }
}
