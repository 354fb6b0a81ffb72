package io.mics.store.embedded;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.mics.concurrent.FatalErrors;
import io.mics.store.sql.Database;
import io.mics.store.sql.Dialect;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * A SQLite database in a folder that this process alone uses: write-ahead log, every commit on the disk before it is
 * answered. One connection writes, for one user at a time; others read beside it.
 */
public final class EmbeddedDatabase implements Database {
    /** The refusal of a folder that another process has. */
    public static final String TAKEN = "is in use by another process";

    private static final String FILE = "mics.db";
    private static final String LOCK = "mics.lock";
    private static final int READERS = 4;
    private static final int WAIT_MS = 2_000;
    private static final int WORK_SECONDS = 10;
    /** Pages of the write-ahead log that are gathered before they go into the file: many are written many times. */
    private static final int CHECKPOINT_PAGES = 8_000;

    /**
     * Folders open in this process. Asked before a lock is tried: closing any file of a lock that this process holds
     * would give the lock up.
     */
    private static final Set<Path> IN_USE = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel lock;
    private final HikariDataSource readers;
    private final HikariDataSource writer;
    private final ExecutorService threads;
    private final Dialect dialect = new EmbeddedDialect();

    /** A folder that cannot be used. */
    public static final class FolderRefusedException extends Exception {
        private static final long serialVersionUID = 1;

        FolderRefusedException(String what) {
            super(what);
        }
    }

    private EmbeddedDatabase(FileChannel lock, Path folder) {
        this.lock = lock;
        this.folder = folder.toAbsolutePath().normalize();
        readers = pool("store-readers", READERS, source(folder));
        writer = pool("store-writer", 1, source(folder));
        threads = Executors.newFixedThreadPool(
                READERS + 1, Thread.ofPlatform().daemon().name("store-file-", 0).factory());
    }

    /** The database in {@code folder}, which is made when it is not there. */
    public static EmbeddedDatabase open(Path folder) throws FolderRefusedException {
        FileChannel lock = lock(folder);
        try {
            // its library is unpacked where it may be executed and nobody else writes
            Path unpacked = Files.createDirectories(folder.resolve("native")).toAbsolutePath();
            System.setProperty("org.sqlite.tmpdir", unpacked.toString());
            return new EmbeddedDatabase(lock, folder.toAbsolutePath());
        } catch (IOException e) {
            release(folder.toAbsolutePath().normalize(), lock);
            throw new FolderRefusedException("cannot be written: " + e.getMessage());
        }
    }

    /** Why a folder cannot be used, as far as that shows while nothing is made there; empty when it may be. */
    public static Optional<String> refusal(Path folder) {
        Path nearest = folder.toAbsolutePath().normalize();
        if (IN_USE.contains(nearest)) {
            return Optional.of("is in use by this process already");
        }
        while (!Files.exists(nearest) && nearest.getParent() != null) {
            nearest = nearest.getParent();
        }
        if (!Files.isDirectory(nearest) || !Files.isWritable(nearest)) {
            return Optional.of("cannot be written");
        }
        Path file = folder.resolve(LOCK);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                @Nullable FileLock free = channel.tryLock()) {
            return free == null ? Optional.of(TAKEN) : Optional.empty();
        } catch (OverlappingFileLockException e) { // taken meanwhile
            return Optional.of("is in use by this process already");
        } catch (IOException e) {
            return Optional.of("cannot be written: " + e);
        }
    }

    /** Whether a database is in a folder. */
    public static boolean isIn(Path folder) {
        return Files.exists(folder.resolve(FILE));
    }

    /** Takes a folder for this process; the lock is open until the database is closed. */
    private static FileChannel lock(Path folder) throws FolderRefusedException {
        Path name = folder.toAbsolutePath().normalize();
        if (!IN_USE.add(name)) {
            throw new FolderRefusedException("is in use by this process already");
        }
        FileChannel channel = null;
        try {
            Files.createDirectories(folder);
            channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            @Nullable FileLock held = channel.tryLock();
            if (held != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) { // this very process, under another name
            release(name, channel);
            throw new FolderRefusedException("is in use by this process already");
        } catch (IOException | UnsupportedOperationException e) {
            release(name, channel);
            throw new FolderRefusedException("cannot be written: " + e);
        }
        release(name, channel);
        throw new FolderRefusedException(TAKEN);
    }

    private static void release(Path folder, @Nullable FileChannel channel) {
        closeQuietly(channel);
        IN_USE.remove(folder);
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) { // then the process' end releases it
                return;
            }
        }
    }

    private static DataSource source(Path folder) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        config.setBusyTimeout(WAIT_MS);
        config.setCacheSize(-16_384); // KiB
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + folder.resolve(FILE));
        return source;
    }

    private static HikariDataSource pool(String name, int size, DataSource source) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setDataSource(source);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(WAIT_MS);
        config.setConnectionInitSql("PRAGMA wal_autocheckpoint = " + CHECKPOINT_PAGES);
        config.setMaxLifetime(0); // they do not age
        config.setIdleTimeout(0);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    /** For what happens once at the start. */
    public DataSource forStart() {
        return writer;
    }

    @Override
    public <T> T read(Work<T> work) throws SQLException {
        return onThread(readers.getConnection(), work);
    }

    @Override
    public <T> T write(Work<T> work) throws SQLException {
        return onThread(writer.getConnection(), connection -> {
            connection.setAutoCommit(false);
            try {
                T result = work.on(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                rollback(connection, e);
                throw e;
            }
        });
    }

    private static void rollback(Connection connection, Exception cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    /** There is a thread for every connection, so only a connection is waited for. */
    private <T> T onThread(Connection connection, Work<T> work) throws SQLException {
        Future<T> result;
        try {
            result = threads.submit(() -> {
                try (connection) {
                    return work.on(connection);
                }
            });
        } catch (RejectedExecutionException e) {
            connection.close();
            throw new SQLTransientConnectionException("closed", e);
        }
        try {
            return result.get(WORK_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLTimeoutException("interrupted", e);
        } catch (TimeoutException e) { // it goes on, and gives its connection back when the disk answers
            throw new SQLTimeoutException("the disk does not answer", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException failed) {
                throw failed;
            }
            FatalErrors.check(e);
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Dialect dialect() {
        return dialect;
    }

    /** Lets what runs end; the file is whole without it, too. */
    @Override
    public void close() {
        threads.close();
        readers.close();
        writer.close();
        release(folder, lock);
    }
}
