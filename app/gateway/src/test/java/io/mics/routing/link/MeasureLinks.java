package io.mics.routing.link;

import io.mics.routing.link.NodeLinks.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Measures round trips over one link in this process: {@code main} prints rate and latency for 1 and more callers. */
public final class MeasureLinks {
    private static final int MAX_SAMPLES = 4_000_000;

    private MeasureLinks() {}

    /** Runs each number of callers twice for five seconds; the first one warms up. */
    public static void main(String[] arguments) throws Exception {
        LinkSettings settings = TestPeers.deadline(Duration.ofSeconds(5));
        for (boolean blocking : new boolean[] {false, true}) {
            var requests =
                    blocking ? TestPeers.blocking((caller, call) -> TestPeers.done()) : TestPeers.inline(call -> {});
            try (GrpcLinkServer server = TestPeers.server(0, 5, settings, requests);
                    GrpcLinks links = TestPeers.links(settings)) {
                Peer peer = TestPeers.peer(server.port(), 5);
                TestPeers.open(links, peer);
                for (int callers : new int[] {64, 1, 64, 1024}) {
                    measure(links, peer, callers, blocking);
                }
            }
        }
    }

    private static void measure(GrpcLinks links, Peer peer, int callers, boolean blocking) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        long[][] samples = new long[callers][MAX_SAMPLES / callers];
        int[] counts = new int[callers];
        List<Thread> threads = new ArrayList<>();
        long began = System.nanoTime();
        for (int i = 0; i < callers; i++) {
            int caller = i;
            threads.add(Thread.ofVirtual().start(() -> {
                for (long now = System.nanoTime(); now < end && counts[caller] < samples[caller].length; ) {
                    Reply reply = TestPeers.ask(links, peer, "user-1");
                    if (!TestPeers.answered(reply)) {
                        throw new IllegalStateException(reply.toString());
                    }
                    long then = System.nanoTime();
                    samples[caller][counts[caller]++] = then - now;
                    now = then;
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        long[] all = new long[Arrays.stream(counts).sum()];
        int at = 0;
        for (int i = 0; i < callers; i++) {
            System.arraycopy(samples[i], 0, all, at, counts[i]);
            at += counts[i];
        }
        Arrays.sort(all);
        System.out.printf(
                "%s callers=%d: %.0f round trips/s, p50 %d us, p99 %d us%n",
                blocking ? "blocking" : "inline",
                callers,
                all.length / seconds,
                all[all.length / 2] / 1_000,
                all[all.length / 100 * 99] / 1_000);
    }
}
