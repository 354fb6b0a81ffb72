package io.mics.store.engine;

import io.mics.concurrent.CriticalThreads;
import io.mics.observe.Log;
import io.mics.store.sql.Retention;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Deletes what tenants do not keep, once in a while, on a thread of its own; more nodes that do so do no harm. */
public final class RetentionSchedule implements AutoCloseable {
    private static final Log LOG = Log.of(RetentionSchedule.class);

    private final Retention retention;
    private final Supplier<List<Rule>> rules;
    private final Duration interval;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;

    /**
     * What one tenant keeps.
     *
     * @param age  of messages; zero keeps every age
     * @param most messages of a conversation; 0 keeps every number
     */
    public record Rule(String tenant, Duration age, int most) {}

    private RetentionSchedule(Retention retention, Supplier<List<Rule>> rules, Duration interval) {
        this.retention = retention;
        this.rules = rules;
        this.interval = interval;
        this.thread = CriticalThreads.unstarted("store-retention", this::run);
    }

    /** Begins, one interval from now; {@code rules} are asked for each time, and hold only tenants that do not keep everything. */
    public static RetentionSchedule start(Store store, Supplier<List<Rule>> rules, Duration interval) {
        return start(store.retention(), rules, interval);
    }

    static RetentionSchedule start(Retention retention, Supplier<List<Rule>> rules, Duration interval) {
        RetentionSchedule schedule = new RetentionSchedule(retention, rules, interval);
        schedule.thread.start();
        return schedule;
    }

    private void run() {
        try {
            while (!stop.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                for (Rule rule : rules.get()) {
                    apply(rule);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("retention_ended");
        }
    }

    private void apply(Rule rule) {
        try {
            long deleted = retention.apply(rule.tenant(), rule.age(), rule.most(), System.currentTimeMillis());
            if (deleted > 0) {
                LOG.info("messages_expired", "tenant", rule.tenant(), "deleted", deleted);
            }
        } catch (SQLException | RuntimeException e) {
            LOG.warn("retention_failed", "tenant", rule.tenant(), "cause", "" + e);
        }
    }

    /** Ends it between two transactions. */
    @Override
    public void close() {
        stop.countDown();
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
