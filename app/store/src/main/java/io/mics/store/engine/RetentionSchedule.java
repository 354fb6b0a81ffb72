package io.mics.store.engine;

import io.mics.concurrent.CriticalThreads;
import io.mics.observe.Log;
import io.mics.store.sql.Leases;
import io.mics.store.sql.Retention;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Deletes what tenants do not keep, once in a while, on a thread of its own. Of the nodes of a cluster one does so in
 * an interval, whichever comes first; should its pass take longer, another may begin as well, which does no harm.
 */
public final class RetentionSchedule implements AutoCloseable {
    private static final Log LOG = Log.of(RetentionSchedule.class);
    private static final String LEASE = "retention";
    /** For so long it is known what a device has that does not ask what it missed. */
    private static final Duration DEVICE_AGE = Duration.ofDays(90);

    private final Retention retention;
    private final Turn turn;
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

    /** Which node's turn it is. */
    interface Turn {
        /** Whether it is this one's, for an interval from now. */
        boolean take() throws SQLException;
    }

    private RetentionSchedule(Retention retention, Turn turn, Supplier<List<Rule>> rules, Duration interval) {
        this.retention = retention;
        this.turn = turn;
        this.rules = rules;
        this.interval = interval;
        this.thread = CriticalThreads.unstarted("store-retention", this::run);
    }

    /**
     * Begins, one interval from now.
     *
     * @param rules are asked for each time, and hold only tenants that do not keep everything
     */
    public static RetentionSchedule start(Store store, Supplier<List<Rule>> rules, Duration interval) {
        Leases leases = store.leases();
        String holder = UUID.randomUUID().toString();
        return start(store.retention(), () -> leases.take(LEASE, holder, interval), rules, interval);
    }

    static RetentionSchedule start(Retention retention, Turn turn, Supplier<List<Rule>> rules, Duration interval) {
        RetentionSchedule schedule = new RetentionSchedule(retention, turn, rules, interval);
        schedule.thread.start();
        return schedule;
    }

    private void run() {
        try {
            while (!stop.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                pass();
            }
        } catch (InterruptedException e) {
            LOG.debug("retention_ended");
        }
    }

    private void pass() {
        try {
            if (!turn.take()) {
                return;
            }
            forgetDevices();
            for (Rule rule : rules.get()) {
                if (!turn.take()) {
                    return;
                }
                apply(rule);
            }
        } catch (SQLException | RuntimeException e) {
            LOG.warn("retention_failed", "cause", "" + e);
        }
    }

    private void forgetDevices() {
        try {
            long forgotten = retention.forgetDevicesUnseenSince(System.currentTimeMillis() - DEVICE_AGE.toMillis());
            if (forgotten > 0) {
                LOG.info("devices_forgotten", "devices", forgotten);
            }
        } catch (SQLException | RuntimeException e) {
            LOG.warn("retention_failed", "cause", "" + e);
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
