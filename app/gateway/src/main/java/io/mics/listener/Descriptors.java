package io.mics.listener;

import com.sun.management.UnixOperatingSystemMXBean;
import io.mics.concurrent.Deadline;
import io.mics.concurrent.Subtask;
import io.mics.concurrent.TaskScope;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.management.ManagementFactory;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.DatagramChannel;

/** How many files and sockets the process may have open. */
public final class Descriptors {
    /** What a node needs beside its clients' sockets: jars, Redis, Kafka, backends, other nodes, operators. */
    static final int RESERVE_MIN = 96;

    private static final int RESERVE_SHARE = 16;

    /** What a node opens after its start, at least. */
    private static final int GROWTH = 32;

    private Descriptors() {}

    /** The limit of this process; {@link Long#MAX_VALUE} where the system has none or does not say. */
    public static long limit() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                        && unix.getMaxFileDescriptorCount() > 0
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }

    /** How many open files it takes to have {@code clients} sockets of clients. */
    public static long files(int clients) {
        return Math.max((long) clients + RESERVE_MIN, (long) clients * RESERVE_SHARE / (RESERVE_SHARE - 1) + 1);
    }

    /** Files and sockets that are open now; 0 where the system does not say. */
    public static long open() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? Math.max(0, unix.getOpenFileDescriptorCount())
                : 0;
    }

    /**
     * Has the Java platform open what blocking on virtual threads needs. It does so at the first read that waits; where
     * that finds no descriptor left, every later one fails too, for as long as the process lives.
     *
     * @throws IOException when there is no descriptor left
     */
    static void prepareBlocking() throws IOException {
        try (TaskScope scope = TaskScope.open("prepare-blocking", 1, Deadline.NEVER)) {
            Subtask<Boolean> unused = scope.fork(Descriptors::waitForNothing);
            scope.join();
        } catch (TaskScope.FailedException e) {
            throw new IOException("blocking input cannot be prepared", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted at the start");
        }
    }

    private static boolean waitForNothing() throws IOException {
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            channel.socket().setSoTimeout(1);
            channel.socket().receive(new DatagramPacket(new byte[1], 1));
            return false;
        } catch (SocketTimeoutException waited) {
            return true;
        }
    }

    /**
     * How many sockets of clients fit under {@code limit} beside everything else; at least 16.
     *
     * @param open what the node has open before the first of them
     */
    public static int clients(long limit, long open) {
        long reserve = Math.max(Math.max(RESERVE_MIN, limit / RESERVE_SHARE), open + GROWTH);
        return Math.clamp(limit - reserve, 16, Integer.MAX_VALUE);
    }
}
