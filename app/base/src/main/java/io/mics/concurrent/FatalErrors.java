package io.mics.concurrent;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.nio.charset.StandardCharsets;
import java.util.function.IntConsumer;

/**
 * What ends the process, because half of it going on would be worse: an error of the virtual machine on any thread (no
 * memory, no more threads, an internal error), and whatever a thread of {@link CriticalThreads} could not handle.
 * Nothing is done until {@link #endTheProcess}: a node inside another program, as in tests, only says what happened.
 *
 * <p>A plain {@code java -jar} has no {@code -XX:+ExitOnOutOfMemoryError}, hence an uncaught handler, and a check
 * wherever everything is caught. A stack overflow is one thread's own and ends nothing else; what a plugin throws is
 * the plugin's failure alone.
 */
public final class FatalErrors {
    /** The process's exit code, as sysexits.h has it for internal software errors. */
    public static final int EXIT_CODE = 70;

    private static final Logger LOG = System.getLogger(FatalErrors.class.getName());

    /** Made beforehand: there may be no memory for it later. */
    private static final byte[] LAST_LINE = ("{\"level\":\"ERROR\",\"event\":\"process_ended\",\"exitCode\":70}"
                    + System.lineSeparator())
            .getBytes(StandardCharsets.US_ASCII);

    private static final OutputStream STDERR = new FileOutputStream(FileDescriptor.err);
    private static volatile IntConsumer exit = code -> {};

    /** What is being logged: a log handler that looks at errors too must not end the process twice. */
    private static final ThreadLocal<Boolean> REPORTING = ThreadLocal.withInitial(() -> false);

    private FatalErrors() {}

    /** From now on such an error ends the process; uncaught exceptions of other threads are logged. */
    public static void endTheProcess() {
        endBy(Runtime.getRuntime()::halt);
    }

    /** As {@link #endTheProcess}, by {@code action}, which gets the exit code. */
    static void endBy(IntConsumer action) {
        exit = action;
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {
            if (isFatal(thrown)) {
                ended(thread.getName(), thrown);
            } else {
                LOG.log(Logger.Level.ERROR, "uncaught exception on thread " + thread.getName(), thrown);
            }
        });
    }

    /** From now on nothing is ended. */
    static void endNothing() {
        exit = code -> {};
        Thread.setDefaultUncaughtExceptionHandler(null);
    }

    /**
     * Whether an error leaves the whole process in doubt. A stack that overflowed does not: it was one thread's own,
     * and what a client sent may have done it.
     */
    public static boolean isFatal(Throwable thrown) {
        return thrown instanceof VirtualMachineError && !(thrown instanceof StackOverflowError);
    }

    /** To be called by whoever catches everything: ends the process where the error, or a cause of it, is fatal. */
    public static void check(Throwable thrown) {
        if (REPORTING.get()) {
            return;
        }
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < 8; depth++) {
            if (isFatal(cause)) {
                ended(Thread.currentThread().getName(), cause);
                return;
            }
            cause = cause.getCause();
        }
    }

    /** A thread that is needed could not go on: says so, and ends the process. */
    static void ended(String thread, Throwable thrown) {
        try {
            REPORTING.set(true);
            LOG.log(Logger.Level.ERROR, "fatal error on thread " + thread + ", exit code " + EXIT_CODE, thrown);
        } catch (Throwable noMemory) { // saying it may fail for the same reason
            writeLastLine();
        } finally {
            REPORTING.remove();
            exit.accept(EXIT_CODE);
        }
    }

    private static void writeLastLine() {
        try {
            STDERR.write(LAST_LINE);
        } catch (IOException nobodyReads) {
            LAST_LINE[0] = '{';
        }
    }
}
