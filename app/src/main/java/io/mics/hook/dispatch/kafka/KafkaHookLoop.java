package io.mics.hook.dispatch.kafka;

import io.mics.concurrent.FatalErrors;
import io.mics.concurrent.VitalThreads;
import io.mics.event.kafka.KafkaMembers;
import io.mics.event.kafka.KafkaSettings;
import io.mics.hook.dispatch.HookDispatcher;
import io.mics.observe.Log;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** One role's thread: reads as a member of its group and, when that breaks, as a new one. */
final class KafkaHookLoop implements AutoCloseable {
    private static final Log LOG = Log.of(KafkaHookLoop.class);
    private static final long FAILURE_PAUSE_MILLIS = 1_000;

    private final KafkaSettings settings;
    private final KafkaMembers.Timing timing;
    private final KafkaRole role;
    private final HookDispatcher dispatcher;
    private final Predicate<String> isTenant;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;

    /** A reader of what belongs to the tenants {@code isTenant} knows; the rest is passed over. */
    KafkaHookLoop(
            KafkaSettings settings,
            KafkaMembers.Timing timing,
            KafkaRole role,
            HookDispatcher dispatcher,
            Predicate<String> isTenant) {
        this.settings = settings;
        this.timing = timing;
        this.role = role;
        this.dispatcher = dispatcher;
        this.isTenant = isTenant;
        this.thread = VitalThreads.unstarted(role.group(), this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (stop.getCount() > 0) {
            try {
                new KafkaHookReader(KafkaMembers.open(settings, role.group(), timing), role, dispatcher, isTenant)
                        .readUntil(() -> stop.getCount() == 0);
            } catch (RuntimeException e) {
                FatalErrors.check(e); // the client library wraps errors
                LOG.warn("hook_consumer_failed", "group", role.group(), "cause", "" + e);
                pause();
            }
        }
    }

    private void pause() {
        try {
            boolean unused = stop.await(FAILURE_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            LOG.debug("hook_consumer_interrupted", "group", role.group());
        }
    }

    /** Commits what is settled, leaves the group and ends. */
    @Override
    public void close() {
        stop.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
