package io.mics.loadtest.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a gateway process has, seen from outside after a full collection.
 *
 * @param heapBytes   bytes of reachable objects
 * @param threads     of the operating system
 * @param descriptors open files and sockets
 */
record Vitals(long heapBytes, long threads, long descriptors) {

    /** As they are now; the JDK of this process must have {@code jcmd}. */
    static Vitals of(long pid) throws IOException, InterruptedException {
        return new Vitals(reachable(pid), count(pid, "task"), count(pid, "fd"));
    }

    private static long reachable(long pid) throws IOException, InterruptedException {
        Process run = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(pid),
                        "GC.class_histogram")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String out = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        run.waitFor();
        String total = out.strip().substring(out.strip().lastIndexOf('\n') + 1);
        String[] words = total.split(" +");
        if (!words[0].equals("Total")) {
            throw new IOException("no histogram of process " + pid + ": " + total);
        }
        return Long.parseLong(words[2]);
    }

    private static long count(long pid, String what) throws IOException {
        try (Stream<Path> entries = Files.list(Path.of("/proc/" + pid + "/" + what))) {
            return entries.count();
        }
    }

    /** Whether this is {@code base} again, but for what a busy process has more than a new one. */
    boolean isBackTo(Vitals base) {
        return heapBytes <= base.heapBytes + (16 << 20)
                && threads <= base.threads + 16
                && descriptors <= base.descriptors + 8;
    }
}
