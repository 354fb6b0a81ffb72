package io.mics.pipeline.wal;

import io.mics.concurrent.CriticalThreads;
import io.mics.concurrent.HeapShare;
import io.mics.lifecycle.Draining;
import io.mics.observe.Log;
import io.mics.pipeline.log.BatchAppender.Fate;
import io.mics.pipeline.log.RecordAppender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Brings what is in the write-ahead logs to Kafka, oldest first, whichever node wrote it. One node at a time drains a
 * shard; where two do, each in order, Kafka has records twice, of which the first ones are in order, and the others are
 * recognised when they are stored. A record is removed once Kafka has it.
 */
final class WalDrain implements AutoCloseable {
    private static final Log LOG = Log.of(WalDrain.class);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final long PAUSE_MILLIS = 100;

    /** Looks between two at a tenant that has no log. */
    private static final int SELDOM = 20;

    /** Bytes of what is read of one shard at one time, as text and as records. */
    private static final long SHARD_BYTES = 512 << 10;

    private static final long MOST_BYTES = HeapShare.atMost(16 * SHARD_BYTES, 1);

    /** Shards that are drained at one time. */
    private static final int TOGETHER = (int) Math.max(1, MOST_BYTES / SHARD_BYTES);

    private final RecordAppender kafka;
    private final WriteAheadLog wal;
    private final WalTenants tenants;
    private final Supplier<Collection<String>> durable;
    private final WalMeters meters;
    private final String self = UUID.randomUUID().toString();
    private final Map<String, Draining> draining = new ConcurrentHashMap<>();
    private final Semaphore together = new Semaphore(TOGETHER);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread watch = CriticalThreads.unstarted("wal-watch", this::watch);

    /** A tenant's drain under way. What changes is guarded by the map it is in. */
    private static final class Draining {
        private final Thread thread;
        private boolean again;

        Draining(Thread thread) {
            this.thread = thread;
        }
    }

    /** Drains the logs of the tenants that {@code durable} lists. */
    WalDrain(
            RecordAppender kafka,
            WriteAheadLog wal,
            WalTenants tenants,
            Supplier<Collection<String>> durable,
            WalMeters meters) {
        this.kafka = kafka;
        this.wal = wal;
        this.tenants = tenants;
        this.durable = durable;
        this.meters = meters;
    }

    /** Bytes that are read and not in Kafka yet at most, in this process. */
    static long mostBytes() {
        return TOGETHER * SHARD_BYTES;
    }

    WalDrain start() {
        watch.start();
        return this;
    }

    private void watch() {
        try {
            for (long round = 0; !closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS); round++) {
                for (String tenant : durable.get()) {
                    look(tenant, round % SELDOM == 0);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("wal_watch_ended");
        }
    }

    /** One that has no log is looked at seldom: a node that does not know yet that it was turned off may write. */
    private void look(String tenant, boolean evenWithout) {
        try {
            boolean has = !tenants.isWithout(tenant);
            if (has) {
                var unused = meters.of(tenant); // so that its backlog is shown
            }
            if ((has || evenWithout)
                    && tenants.look(tenant) instanceof WriteAheadLog.Sizes.Known known
                    && known.sum() > 0) {
                begin(tenant);
            }
        } catch (RuntimeException e) {
            LOG.error("wal_look_failed", e, "tenant", tenant);
        }
    }

    /** Begins to drain a tenant's log, or has who does that look once more before it ends. */
    void begin(String tenant) {
        if (closed.getCount() > 0) {
            draining.compute(tenant, (id, running) -> {
                if (running == null) {
                    return new Draining(CriticalThreads.start("wal-drain-" + id, () -> drain(id)));
                }
                running.again = true;
                return running;
            });
        }
    }

    private void drain(String tenant) {
        try {
            do {
                drainAll(tenant);
            } while (isWantedAgain(tenant));
        } catch (InterruptedException e) {
            draining.remove(tenant);
        } catch (RuntimeException e) {
            LOG.error("wal_drain_failed", e, "tenant", tenant);
            draining.remove(tenant);
        }
    }

    private boolean isWantedAgain(String tenant) {
        return draining.computeIfPresent(tenant, (id, running) -> {
                    boolean again = running.again;
                    running.again = false;
                    return again ? running : null;
                })
                != null;
    }

    private void drainAll(String tenant) throws InterruptedException {
        boolean more = true;
        while (more && closed.getCount() > 0) {
            more = false;
            boolean moved = false;
            for (int shard = 0; shard < WriteAheadLog.SHARDS; shard++) {
                int brought = drain(tenant, shard);
                moved |= brought > 0;
                more |= brought != 0;
            }
            if (more && !moved) {
                more = !closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
    }

    /** Brings the oldest records of a shard to Kafka; says how many, or -1 when there may be more and none was. */
    private int drain(String tenant, int shard) throws InterruptedException {
        if (kafka.awaitReady(tenant).isPresent()) {
            return -1;
        }
        together.acquire();
        try {
            return switch (wal.oldest(tenant, shard, self)) {
                case WriteAheadLog.Oldest.Unavailable away -> -1;
                case WriteAheadLog.Oldest.Anothers anothers -> 0;
                case WriteAheadLog.Oldest.Some some ->
                    some.entries().isEmpty() ? 0 : drain(tenant, shard, some.entries());
            };
        } finally {
            together.release();
        }
    }

    private int drain(String tenant, int shard, List<WriteAheadLog.Entry> entries) throws InterruptedException {
        List<Fate> fates = kafka.appendRecords(
                tenant, entries.stream().map(WriteAheadLog.Entry::record).toList());
        List<String> there = new ArrayList<>();
        Set<String> waiting = new HashSet<>();
        for (int i = 0; i < entries.size(); i++) {
            switch (fates.get(i)) {
                case Fate.Done done -> {
                    there.add(entries.get(i).id());
                    if (waiting.contains(entries.get(i).record().conversation())) {
                        LOG.warn(
                                "wal_overtaken",
                                "tenant",
                                tenant,
                                "conversation",
                                entries.get(i).record().conversation());
                    }
                }
                case Fate.TooLarge large -> refuse(tenant, shard, entries.get(i), large.cause());
                case Fate.NotAppended not -> {
                    waiting.add(entries.get(i).record().conversation());
                    LOG.debug("wal_drain_refused", "tenant", tenant, "cause", not.cause());
                }
                case Fate.Undecided undecided -> {
                    waiting.add(entries.get(i).record().conversation());
                    LOG.debug("wal_drain_undecided", "tenant", tenant, "cause", undecided.cause());
                }
            }
        }
        if (there.isEmpty() || wal.remove(tenant, shard, there).isEmpty()) {
            return -1;
        }
        meters.of(tenant).drained.add(there.size());
        return there.size();
    }

    /** It was acknowledged, and no attempt will ever help. */
    private void refuse(String tenant, int shard, WriteAheadLog.Entry entry, String cause) {
        if (wal.refuse(tenant, shard, entry.id())) {
            meters.of(tenant).refused.increment();
            LOG.error(
                    "wal_message_refused",
                    null,
                    "tenant",
                    tenant,
                    "conversation",
                    entry.record().conversation(),
                    "id",
                    entry.id(),
                    "cause",
                    cause);
        }
    }

    /** Ends; what is not drained stays for other nodes, or the next start. */
    @Override
    public void close() {
        closed.countDown();
        List<Thread> running = draining.values().stream().map(it -> it.thread).toList();
        running.forEach(Thread::interrupt);
        try {
            watch.join();
            for (Thread thread : running) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
