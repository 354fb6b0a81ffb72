package io.mics.event.kafka;

import io.mics.event.DeadLetters;
import io.mics.event.EventMeters;
import io.mics.kafka.KafkaSingleSender;
import io.mics.kafka.KafkaTopicScan;
import io.mics.proto.hook.v1.EventType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Lists and replays what is in a tenant's dead letter topic, which is read whole for each call, by clients of its own.
 * A letter that was replayed is marked by a record behind it, of the same identity and without a value: the topic
 * itself says which are still dead.
 */
public final class KafkaDeadLetterBrowser implements DeadLetters {
    private static final Comparator<DeadLetter> OLDEST_LAST =
            Comparator.comparing(DeadLetter::died).reversed();

    private final KafkaSettings settings;
    private final KafkaHookTopics hooks;
    private final ReentrantLock replaying = new ReentrantLock();

    /** The dead letters of events and of hooks. */
    public KafkaDeadLetterBrowser(KafkaSettings settings, KafkaHookTopics hooks) {
        this.settings = settings;
        this.hooks = hooks;
    }

    /** The dead letters of events, and of hooks under their usual names. */
    public KafkaDeadLetterBrowser(KafkaSettings settings) {
        this(settings, KafkaHookTopics.DEFAULTS);
    }

    @Override
    public Listing list(Filter filter, int limit) {
        try (KafkaTopicScan scan = new KafkaTopicScan(settings.connection(), dead(filter))) {
            Set<String> replayed = replayed(scan);
            PriorityQueue<DeadLetter> oldest = new PriorityQueue<>(OLDEST_LAST);
            scan.each(record -> {
                DeadLetter letter = letter(record);
                if (isDead(record, replayed) && filter.matches(letter)) {
                    oldest.add(letter);
                    if (oldest.size() > limit + 1) {
                        oldest.remove();
                    }
                }
                return true;
            });
            List<DeadLetter> found = new ArrayList<>(oldest);
            found.sort(OLDEST_LAST.reversed());
            boolean more = found.size() > limit;
            return new Listing.Found(more ? List.copyOf(found.subList(0, limit)) : found, more);
        } catch (KafkaException e) {
            return new Listing.Unavailable(e.toString());
        }
    }

    @Override
    public Replaying replay(Filter filter, int limit) {
        if (!replaying.tryLock()) {
            return new Replaying.Unavailable("another replay is running on this node");
        }
        try (KafkaTopicScan scan = new KafkaTopicScan(settings.connection(), dead(filter));
                KafkaSingleSender sender = KafkaSingleSender.open(settings.producer())) {
            Set<String> replayed = replayed(scan);
            Replay replay = replay(sender, filter, limit);
            scan.each(record -> !isDead(record, replayed) || !filter.matches(letter(record)) || replay.take(record));
            return new Replaying.Done(replay.replayed, replay.withoutValue, replay.failed, replay.more);
        } catch (KafkaException e) {
            return new Replaying.Unavailable(e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Replaying.Unavailable("interrupted");
        } finally {
            replaying.unlock();
        }
    }

    private Replay replay(KafkaSingleSender sender, Filter filter, int limit) throws InterruptedException {
        if (filter.hook().isEmpty()) {
            return new Replay(sender, settings.topics().of(filter.tenant()), limit);
        }
        String retry = KafkaHookTopics.of(hooks.retry(), filter.tenant());
        sender.ensure(retry);
        return new Replay(sender, retry, limit);
    }

    private String dead(Filter filter) {
        return filter.hook().isEmpty()
                ? KafkaHookTopics.deadLettersOf(settings.topics().of(filter.tenant()))
                : KafkaHookTopics.of(hooks.dead(), filter.tenant());
    }

    private static Set<String> replayed(KafkaTopicScan scan) throws KafkaException {
        Set<String> ids = new HashSet<>();
        scan.each(record -> {
            if (record.headers().lastHeader(KafkaRecords.REPLAYED_AT) != null) {
                ids.add(KafkaRecords.text(record.headers(), KafkaRecords.IDENTITY, ""));
            }
            return true;
        });
        return ids;
    }

    private static boolean isDead(ConsumerRecord<String, byte[]> record, Set<String> replayed) {
        return record.headers().lastHeader(KafkaRecords.REPLAYED_AT) == null
                && !replayed.contains(KafkaRecords.text(record.headers(), KafkaRecords.IDENTITY, ""));
    }

    private static DeadLetter letter(ConsumerRecord<String, byte[]> record) {
        Headers headers = record.headers();
        boolean whole = record.value() != null;
        return new DeadLetter(
                KafkaRecords.text(headers, KafkaRecords.IDENTITY, ""),
                type(KafkaRecords.text(headers, KafkaRecords.EVENT_TYPE, "")),
                record.key() == null ? "" : record.key(),
                KafkaRecords.text(headers, KafkaRecords.CAUSE, ""),
                (int) KafkaRecords.number(headers, KafkaRecords.ATTEMPTS, 0),
                Instant.ofEpochMilli(KafkaRecords.number(headers, KafkaRecords.DEAD_AT, record.timestamp())),
                whole ? record.value().length : KafkaRecords.number(headers, KafkaRecords.VALUE_BYTES, 0),
                whole,
                KafkaRecords.text(headers, KafkaHookHeaders.HOOK, ""),
                KafkaRecords.text(headers, KafkaHookHeaders.POINT, ""));
    }

    private static EventType type(String name) {
        for (EventType type : EventType.values()) {
            if (type != EventType.UNRECOGNIZED && EventMeters.label(type).equals(name)) {
                return type;
            }
        }
        return EventType.UNRECOGNIZED;
    }

    /**
     * One call's work: each letter is in its topic before it is marked, and marked before the next; but one whose hook
     * may not be notified twice is marked first.
     */
    private static final class Replay {
        private final KafkaSingleSender sender;
        private final String topic;
        private final int limit;
        private int replayed;
        private int withoutValue;
        private int failed;
        private boolean more;

        Replay(KafkaSingleSender sender, String topic, int limit) {
            this.sender = sender;
            this.topic = topic;
            this.limit = limit;
        }

        /** Sends one; false ends the call: enough were sent, or one was not taken. */
        boolean take(ConsumerRecord<String, byte[]> dead) throws InterruptedException {
            if (replayed == limit) {
                more = true;
                return false;
            }
            if (dead.value() == null) {
                withoutValue++;
                return true;
            }
            ProducerRecord<String, byte[]> again = again(dead);
            ProducerRecord<String, byte[]> mark =
                    new ProducerRecord<>(dead.topic(), null, dead.key(), null, mark(dead.headers()));
            boolean once = dead.headers().lastHeader(KafkaHookHeaders.ONCE) != null;
            if (sender.send(once ? mark : again) && sender.send(once ? again : mark)) {
                replayed++;
                return true;
            }
            failed++;
            more = true;
            return false;
        }

        private ProducerRecord<String, byte[]> again(ConsumerRecord<String, byte[]> dead) {
            Headers headers = new RecordHeaders(dead.headers().toArray());
            KafkaRecords.OF_THE_DEAD.forEach(headers::remove);
            String hook = KafkaRecords.text(headers, KafkaHookHeaders.HOOK, "");
            if (hook.isEmpty()) {
                return new ProducerRecord<>(topic, null, dead.key(), dead.value(), headers);
            }
            String point = KafkaRecords.text(headers, KafkaHookHeaders.POINT, "");
            String origin = KafkaRecords.text(headers, KafkaHookHeaders.ORIGIN, "");
            KafkaHookHeaders.OURS.forEach(headers::remove);
            KafkaHookHeaders.put(headers, KafkaHookHeaders.IDENTITY, origin);
            KafkaHookHeaders.put(headers, KafkaHookHeaders.HOOK, hook);
            KafkaHookHeaders.put(headers, KafkaHookHeaders.POINT, point);
            KafkaHookHeaders.put(headers, KafkaHookHeaders.USER, dead.key() == null ? "" : dead.key());
            return new ProducerRecord<>(topic, null, hook, dead.value(), headers);
        }

        private static Headers mark(Headers dead) {
            return new RecordHeaders()
                    .add(dead.lastHeader(KafkaRecords.IDENTITY))
                    .add(KafkaRecords.REPLAYED_AT, KafkaRecords.bytes(Long.toString(System.currentTimeMillis())));
        }
    }
}
