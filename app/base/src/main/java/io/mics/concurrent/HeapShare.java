package io.mics.concurrent;

/**
 * Parts of the heap for what can grow. The server itself, its connections and the collector's freedom to move need the
 * rest: a tenth of the heap, and 32 MiB.
 */
public final class HeapShare {
    private static final long ITSELF = 32L << 20;

    private HeapShare() {}

    /** Bytes of a heap of {@code heap} bytes that may be full of what has grown; at least a quarter of it. */
    public static long growable(long heap) {
        return Math.max(heap / 4, heap - heap / 10 - ITSELF);
    }

    /** {@code percent} of what may grow in this process's heap, and no more than {@code most} bytes. */
    public static long atMost(long most, int percent) {
        return Math.min(most, growable(Runtime.getRuntime().maxMemory()) / 100 * percent);
    }
}
