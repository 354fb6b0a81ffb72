package io.mics.sdk.hook;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The threads hook calls run on: a virtual thread per call where the JDK has them (21 and newer), else a pool that
 * grows as needed. Found by reflection because this library also runs on Java 17.
 */
final class HookThreads {
    private HookThreads() {}

    static ExecutorService start() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException olderJdk) {
            return Executors.newCachedThreadPool(task -> {
                Thread thread = new Thread(task, "mics-hook");
                thread.setDaemon(true);
                return thread;
            });
        }
    }
}
