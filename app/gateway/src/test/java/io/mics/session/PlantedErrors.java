package io.mics.session;

import io.mics.concurrent.CriticalThreads;
import io.mics.concurrent.FatalErrors;
import io.mics.observe.log.LogSettings;
import io.mics.observe.log.LogSetup;
import io.mics.timer.TimingWheel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that plants an error where its argument says, and would live for a minute otherwise. */
public final class PlantedErrors {
    private PlantedErrors() {}

    /** Plants it. */
    public static void main(String[] args) throws Exception {
        LogSetup.install("node-1", LogSettings.usual());
        FatalErrors.endTheProcess();
        switch (args[0]) {
            case "wheel" ->
                TimingWheel.start(Duration.ofMillis(10))
                        .schedule(
                                now -> {
                                    throw new OutOfMemoryError("planted");
                                },
                                0);
            case "vital-defect" ->
                CriticalThreads.start("worker", () -> {
                    throw new IllegalStateException("planted");
                });
            case "any-virtual-thread" -> Thread.startVirtualThread(PlantedErrors::fillTheHeap);
            case "stack" -> Thread.startVirtualThread(() -> deep(0));
            default -> throw new IllegalArgumentException(List.of(args).toString());
        }
        TimeUnit.SECONDS.sleep(args[0].equals("stack") ? 1 : 60);
        System.exit(0);
    }

    private static void fillTheHeap() {
        List<byte[]> all = new ArrayList<>();
        while (all.size() < Integer.MAX_VALUE) {
            all.add(new byte[1 << 20]);
        }
        throw new IllegalStateException("the heap held " + all.size());
    }

    private static int deep(int depth) {
        return depth == Integer.MAX_VALUE ? 0 : deep(depth + 1) + 1;
    }
}
