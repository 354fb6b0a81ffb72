package io.mics.event.kafka;

import io.mics.event.EventMeters;
import io.mics.event.EventMeters.Drop;
import io.mics.event.QueuedEvent;
import io.mics.event.TenantQueue;
import io.mics.kafka.KafkaSending;
import io.mics.kafka.KafkaSending.Fate;
import io.mics.observe.Log;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Sends one tenant's events that its topic did not take to the dead letter topic. What that does not take
 * either waits here, a thousand at most and a few tries long, and is then counted as dropped. Used by the tenant's
 * worker alone.
 */
final class KafkaDeadLetterSender {
    /** One that waits. */
    private record Letter(KafkaAttempt failed, ProducerRecord<String, byte[]> record, String cause, int rounds) {}

    private static final Log LOG = Log.of(KafkaDeadLetterSender.class);
    private static final int MOST = 1_000;
    private static final int TOGETHER = 100;
    private static final int ROUNDS = 8;
    private static final long LOG_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final KafkaSending sender;
    private final KafkaRecords records;
    private final KafkaBackoff backoff;
    private final TenantQueue queue;
    private final EventMeters meters;
    private final Deque<Letter> waiting = new ArrayDeque<>();
    private int failures;
    private long due;
    private long logged = System.nanoTime() - LOG_PAUSE_NANOS;

    KafkaDeadLetterSender(
            KafkaSending sender, KafkaRecords records, KafkaBackoff backoff, TenantQueue queue, EventMeters meters) {
        this.sender = sender;
        this.records = records;
        this.backoff = backoff;
        this.queue = queue;
        this.meters = meters;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Time until {@link #send} does something; 0 when nothing waits. */
    long nanosToWait() {
        return waiting.isEmpty() ? 0 : Math.max(1, due - System.nanoTime());
    }

    /** Takes over an event. */
    void add(KafkaAttempt failed, String cause, boolean tooLarge) {
        if (waiting.size() == MOST) {
            drop(failed.queued(), Drop.LAST_RESORT_FULL, cause);
            return;
        }
        if (waiting.isEmpty()) {
            due = System.nanoTime();
        }
        waiting.add(new Letter(failed, records.dead(failed, cause, tooLarge), cause, 0));
    }

    /** Sends what waits, if it is time. */
    void send() throws InterruptedException {
        while (!waiting.isEmpty() && System.nanoTime() - due >= 0) {
            List<Letter> some = waiting.stream().limit(TOGETHER).toList();
            KafkaSending.Round round = sender.send(
                    records.deadTopic(), some.stream().map(Letter::record).toList());
            List<Letter> again = new ArrayList<>();
            for (int i = 0; i < some.size(); i++) {
                waiting.remove();
                settle(some.get(i), round.fates().get(i), round.inconclusive(), again);
            }
            again.reversed().forEach(waiting::addFirst);
            failures = round.failed() ? failures + 1 : 0;
            due = System.nanoTime() + (round.failed() ? backoff.nanos(failures) : 0);
        }
    }

    private void settle(Letter letter, Fate fate, boolean inconclusive, List<Letter> again) {
        QueuedEvent event = letter.failed().queued();
        EventMeters.OfType count = meters.of(event.event().type());
        switch (fate) {
            case Fate.Arrived arrived -> {
                count.deadPublished.increment();
                count.dead.increment();
                queue.settle(event);
                log("event_dead_lettered", event, letter.cause());
            }
            case Fate.TooLarge tooLarge -> {
                count.deadFailed.increment();
                if (letter.record().value() == null) {
                    drop(event, Drop.DEAD_LETTER_FAILED, tooLarge.cause());
                } else {
                    ProducerRecord<String, byte[]> bare = records.dead(letter.failed(), letter.cause(), true);
                    again.add(new Letter(letter.failed(), bare, letter.cause(), letter.rounds()));
                }
            }
            case Fate.Failed failed -> {
                count.deadFailed.increment();
                int rounds = letter.rounds() + (inconclusive ? 0 : 1);
                if (rounds >= ROUNDS) {
                    drop(event, Drop.DEAD_LETTER_FAILED, failed.cause());
                } else {
                    again.add(new Letter(letter.failed(), letter.record(), letter.cause(), rounds));
                }
            }
        }
    }

    /** Gives an event up. */
    void drop(QueuedEvent event, Drop reason, String cause) {
        meters.dropped(reason).increment();
        queue.settle(event);
        log("event_dropped", event, cause);
    }

    private void log(String name, QueuedEvent event, String cause) {
        long now = System.nanoTime();
        if (now - logged >= LOG_PAUSE_NANOS) {
            logged = now;
            LOG.warn(
                    name,
                    "tenant",
                    event.event().tenant(),
                    "user",
                    event.event().user(),
                    "traceId",
                    event.event().traceId(),
                    "topic",
                    records.topic(),
                    "cause",
                    cause);
        }
    }
}
