package io.mics.session;

import io.mics.timer.TimerTask;
import io.mics.timer.TimingWheel;
import org.jspecify.annotations.Nullable;

/**
 * What the wheel has of one session: its next check, and what its backlog waits for. All is cancelled when the
 * session has ended, and nothing is scheduled after that, so that what is gone is not held until its heartbeat is over.
 */
final class SessionTimers {
    private final TimingWheel wheel;
    private TimingWheel.@Nullable Timer expiry;
    private TimingWheel.@Nullable Timer backlog;
    private boolean ended;

    SessionTimers(TimingWheel wheel) {
        this.wheel = wheel;
    }

    /** Schedules the next check of the session, replacing the one scheduled before. */
    void watch(TimerTask session, long delayNanos) {
        synchronized (this) {
            cancel(expiry);
            expiry = ended ? null : wheel.schedule(session, delayNanos);
        }
    }

    /** Schedules what the session's backlog waits for, replacing what it waited for before. */
    void backlog(TimerTask due, long delayNanos) {
        synchronized (this) {
            cancel(backlog);
            backlog = ended ? null : wheel.schedule(due, delayNanos);
        }
    }

    /** Cancels everything, for good. */
    void end() {
        synchronized (this) {
            ended = true;
            cancel(expiry);
            cancel(backlog);
            expiry = null;
            backlog = null;
        }
    }

    private static void cancel(TimingWheel.@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }
}
