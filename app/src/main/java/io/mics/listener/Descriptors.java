package io.mics.listener;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

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
     * How many sockets of clients fit under {@code limit} beside everything else; at least 16.
     *
     * @param open what the node has open before the first of them
     */
    public static int clients(long limit, long open) {
        long reserve = Math.max(Math.max(RESERVE_MIN, limit / RESERVE_SHARE), open + GROWTH);
        return Math.clamp(limit - reserve, 16, Integer.MAX_VALUE);
    }
}
