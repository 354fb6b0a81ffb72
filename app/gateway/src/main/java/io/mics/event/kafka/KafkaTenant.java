package io.mics.event.kafka;

import io.mics.concurrent.CircuitBreaker;
import io.mics.concurrent.CriticalThreads;
import io.mics.event.Event;
import io.mics.event.EventMeters;
import io.mics.event.EventMeters.Drop;
import io.mics.event.QueuedEvent;
import io.mics.event.TenantQueue;
import io.mics.kafka.KafkaSender;
import io.mics.kafka.KafkaSending;
import io.mics.kafka.KafkaSending.Fate;
import io.mics.observe.Log;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One tenant's queue and the worker that empties it. One batch is in flight at a time and is settled, retries included,
 * before the next: so the order of a key holds through every failure. An event that failed although a later one of its
 * key arrived is dead-lettered rather than sent after it.
 *
 * <p>An event whose outcome no broker confirmed may be in the topic twice, or in both topics; its header
 * {@code mics-event-id} shows it.
 */
final class KafkaTenant {
    private static final Log LOG = Log.of(KafkaTenant.class);
    private static final int BATCH = 500;
    private static final int FAILURES = 3;
    private static final int LOOKS_WHILE_PARKED = 20;

    private final KafkaSettings settings;
    private final String tenant;
    private final TenantQueue queue;
    private final KafkaSending sender;
    private final KafkaRecords records;
    private final KafkaDeadLetterSender dead;
    private final KafkaBackoff backoff;
    private final EventMeters meters;
    private final CircuitBreaker breaker = new CircuitBreaker();
    private final long batchBytes;
    private List<KafkaAttempt> pending = List.of();
    private volatile @Nullable Thread worker;
    private volatile boolean stopped;

    KafkaTenant(
            KafkaSettings settings,
            String tenant,
            TenantQueue queue,
            KafkaSending sender,
            KafkaRecords records,
            EventMeters meters) {
        this.settings = settings;
        this.tenant = tenant;
        this.queue = queue;
        this.sender = sender;
        this.records = records;
        this.meters = meters;
        this.backoff = new KafkaBackoff(settings.backoff());
        this.dead = new KafkaDeadLetterSender(sender, records, backoff, queue, meters);
        this.batchBytes = KafkaSender.batchBytes(settings.producer());
    }

    TenantQueue queue() {
        return queue;
    }

    boolean publish(Event event, long number) {
        return switch (queue.enqueue(event, number, System.nanoTime())) {
            case REFUSED -> {
                meters.dropped(queue.closed() ? Drop.CLOSED : Drop.QUEUE_FULL).increment();
                yield false;
            }
            case QUEUED -> true;
            case FIRST -> {
                worker = CriticalThreads.start("events-" + tenant, this::work);
                yield true;
            }
        };
    }

    private void work() {
        try {
            while (!stopped) {
                long wait = dead.nanosToWait();
                List<QueuedEvent> taken = queue.take(BATCH, batchBytes, wait);
                if (taken.isEmpty() && wait == 0) {
                    return;
                }
                try {
                    deliver(taken);
                    dead.send();
                } catch (RuntimeException e) {
                    abandon(e);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("event_worker_ended", "tenant", tenant);
        }
    }

    /** A defect must not end the worker, and with it all events of the tenant. */
    private void abandon(RuntimeException e) throws InterruptedException {
        LOG.error("events_dropped", e, "tenant", tenant, "count", pending.size());
        List<KafkaAttempt> left = pending;
        pending = new ArrayList<>(0);
        left.forEach(attempt -> dead.drop(attempt.queued(), Drop.INTERNAL_ERROR, "" + e));
        TimeUnit.NANOSECONDS.sleep(backoff.nanos(1));
    }

    private void deliver(List<QueuedEvent> taken) throws InterruptedException {
        pending = new ArrayList<>(taken.size());
        for (QueuedEvent event : taken) {
            try {
                pending.add(KafkaAttempt.first(event, records.of(event)));
            } catch (RuntimeException e) {
                LOG.error("event_not_encoded", e, "tenant", tenant);
                dead.drop(event, Drop.INTERNAL_ERROR, "" + e);
            }
        }
        int failures = 0;
        while (!pending.isEmpty()) {
            long ticket = awaitTurn();
            List<KafkaAttempt> tried =
                    breaker.state() == CircuitBreaker.State.HALF_OPEN ? List.of(pending.getFirst()) : pending;
            KafkaSending.Round round = sender.send(
                    records.topic(), tried.stream().map(KafkaAttempt::record).toList());
            settle(tried, round);
            failures = round.failed() ? failures + 1 : 0;
            if (round.inconclusive()) {
                breaker.abandon(ticket);
            } else if (breaker.leave(ticket, !round.failed(), FAILURES, System.nanoTime())) {
                LOG.warn("event_topic_parked", "tenant", tenant, "topic", records.topic());
                failures = 0; // being parked is pause enough
            }
            if (failures > 0 && !pending.isEmpty()) {
                TimeUnit.NANOSECONDS.sleep(backoff.nanos(failures));
            }
        }
    }

    /** Waits while the topic is parked; dead letters go out meanwhile. */
    private long awaitTurn() throws InterruptedException {
        long parked = settings.timing().parked().toNanos();
        while (true) {
            long ticket = breaker.enter(FAILURES, parked, System.nanoTime());
            if (ticket != CircuitBreaker.REFUSED) {
                return ticket;
            }
            dead.send();
            TimeUnit.NANOSECONDS.sleep(parked / LOOKS_WHILE_PARKED);
        }
    }

    private void settle(List<KafkaAttempt> tried, KafkaSending.Round round) {
        List<KafkaAttempt> retried = new ArrayList<>();
        Set<String> arrivedLater = new HashSet<>();
        long now = System.nanoTime();
        for (int i = tried.size() - 1; i >= 0; i--) {
            KafkaAttempt attempt = tried.get(i);
            EventMeters.OfType count = meters.of(attempt.queued().event().type());
            switch (round.fates().get(i)) {
                case Fate.Arrived arrived -> {
                    arrivedLater.add(attempt.record().key());
                    count.published.increment();
                    meters.duration.record(
                            (now - attempt.queued().sinceNanos()) / (double) TimeUnit.MILLISECONDS.toNanos(1));
                    queue.settle(attempt.queued());
                }
                case Fate.TooLarge tooLarge -> {
                    count.failed.increment();
                    retried.add(attempt.givenUp(tooLarge.cause(), true));
                }
                case Fate.Failed failed -> {
                    count.failed.increment();
                    KafkaAttempt next = round.inconclusive() ? attempt : attempt.failedOnceMore();
                    boolean overtaken = arrivedLater.contains(attempt.record().key());
                    if (overtaken || (settings.maxAttempts() > 0 && next.attempts() >= settings.maxAttempts())) {
                        retried.add(next.givenUp((overtaken ? "overtaken; " : "") + failed.cause(), false));
                    } else {
                        count.retried.increment();
                        retried.add(next);
                    }
                }
            }
        }
        List<KafkaAttempt> left = new ArrayList<>();
        for (KafkaAttempt attempt : retried.reversed()) {
            if (attempt.givenUp() == null) {
                left.add(attempt);
            } else {
                dead.add(attempt, attempt.givenUp().cause(), attempt.givenUp().tooLarge());
            }
        }
        left.addAll(pending.subList(tried.size(), pending.size()));
        pending = left;
    }

    /** Ends the worker, waits for it, and gives up what is left; says how many events that were. */
    int stop() throws InterruptedException {
        stopped = true;
        Thread running = worker;
        if (running != null) {
            running.interrupt();
            running.join(TimeUnit.SECONDS.toMillis(1));
        }
        int left = queue.abandon();
        meters.dropped(Drop.SHUTDOWN).add(left);
        return left;
    }
}
