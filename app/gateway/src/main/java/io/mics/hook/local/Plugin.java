package io.mics.hook.local;

import io.mics.concurrent.Deadline;
import io.mics.hook.local.PluginFolder.Found;
import io.mics.hook.point.HookPoint;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One plugin, made by its first call and on that call's thread, since a constructor may do anything. What cannot be
 * made is tried again, at most every five seconds.
 */
final class Plugin {
    private static final Duration AGAIN = Duration.ofSeconds(5);

    private final PluginFolder folder;
    private final HookPoint point;
    private final String className;
    private final ReentrantLock making = new ReentrantLock();
    private volatile @Nullable Found found;
    private volatile Deadline retry = new Deadline(System.nanoTime());

    Plugin(PluginFolder folder, HookPoint point, String className) {
        this.folder = folder;
        this.point = point;
        this.className = className;
    }

    /** The plugin, or why there is none. */
    Found find() throws InterruptedException {
        Found known = found;
        if (known instanceof Found.Made || (known != null && !retry.expired())) {
            return known;
        }
        making.lockInterruptibly();
        try {
            known = found;
            if (known == null || (known instanceof Found.Missing && retry.expired())) {
                known = folder.make(point, className);
                retry = Deadline.after(AGAIN);
                found = known;
            }
            return known;
        } finally {
            making.unlock();
        }
    }

    /** The plugin itself, if it was ever made and wants to be closed. */
    @Nullable
    AutoCloseable closeable() {
        return found instanceof Found.Made made && made.plugin() instanceof AutoCloseable closeable ? closeable : null;
    }
}
