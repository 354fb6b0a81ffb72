package io.mics.message;

import io.mics.config.Section;
import io.mics.config.SettingsReading;
import io.mics.config.SettingsSection;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.node.v1.SentMessage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which messages were accepted lately, so that a resend is answered instead of delivered again. The key is (tenant,
 * user, device, connection, msg_id); a resend over a new connection takes the first attempt's key over when target and
 * body are the same and it comes soon enough. Recorded only after success, so a retry of a failure is really tried; a
 * resend that overtakes its first attempt waits for it. Bounded; the oldest is forgotten first.
 */
public final class DuplicateWindow {
    private static final int STRIPES = 16;
    /** No connection of this node has this number. */
    private static final long ELSEWHERE = -1;

    /** Beyond this the arrays of a stripe could not be indexed. */
    private static final int STRIPE_MAX = 1 << 24;

    /** Bytes one remembered message takes, about. */
    public static final int ENTRY_BYTES = 200;

    /**
     * How long and how much is remembered.
     *
     * @param window     how long a message is remembered
     * @param takeover   how long a resend over a new connection counts as the same message
     * @param maxEntries messages remembered, oldest forgotten first; 0 is unlimited
     */
    public record Limits(Duration window, Duration takeover, int maxEntries) {
        public static final SettingsSection<Limits> SECTION =
                SettingsSection.of(Limits.class, "duplicates", Limits::read);

        private static Limits read(Section s, SettingsReading reading) {
            int fitting = (int) Math.min(1_000_000, reading.heap() / 10 / ENTRY_BYTES);
            return new Limits(
                    s.duration("window", Duration.ofMinutes(10), Duration.ofMillis(1), Duration.ofDays(1)),
                    s.duration("takeover", Duration.ofSeconds(60), Duration.ZERO, Duration.ofDays(1)),
                    s.integer("max-entries", fitting, 0, Integer.MAX_VALUE));
        }
    }

    private final Stripe[] stripes = new Stripe[STRIPES];
    private final long retentionNanos;
    private final long takeoverNanos;
    private final long waitNanos;
    private final DeliveryIds identities;
    private final LongSupplier clock;

    /** An attempt whose outcome is not known yet. */
    private static final class InFlight implements Attempt {
        private final Stripe stripe;
        private final Fingerprint key;
        private final Sender sender;
        private final String msgId;
        private final long connection;
        private final long content;
        private final long began;
        private final long delivery;
        private final boolean repeat;
        /** What a resend waits for, under the stripe's lock; there seldom is one. */
        private @Nullable CountDownLatch done;

        InFlight(
                Stripe stripe,
                Fingerprint key,
                Sender sender,
                String msgId,
                long content,
                long began,
                long inherited,
                DeliveryIds identities) {
            this.stripe = stripe;
            this.key = key;
            this.sender = sender;
            this.msgId = msgId;
            this.connection = sender.connection();
            this.content = content;
            this.began = began;
            this.repeat = inherited != 0;
            this.delivery = repeat ? inherited : identities.next();
        }

        @Override
        public boolean isRepeat() {
            return repeat;
        }

        @Override
        public long delivery() {
            return delivery;
        }

        CountDownLatch awaited() {
            CountDownLatch latch = done;
            if (latch == null) {
                latch = new CountDownLatch(1);
                done = latch;
            }
            return latch;
        }

        @Override
        public void finish(boolean sent) {
            CountDownLatch waiting;
            stripe.lock.lock();
            try {
                // another connection may have begun a message of its own under this number meanwhile
                if (stripe.inFlight.remove(key, this) && sent) {
                    stripe.accepted.add(key, connection, content, began);
                }
                waiting = done;
            } finally {
                stripe.lock.unlock();
            }
            sender.recent().ended(msgId, content, sent, repeat);
            if (waiting != null) {
                waiting.countDown();
            }
        }
    }

    private static final class Stripe {
        private final ReentrantLock lock = new ReentrantLock();
        private final Map<Fingerprint, InFlight> inFlight = new HashMap<>();
        private final AcceptedMessages accepted;

        Stripe(int maxEntries) {
            accepted = new AcceptedMessages(maxEntries);
        }
    }

    /** How an attempt may go on. */
    public sealed interface Claim {
        /** Nobody accepted this message yet: deliver it, then say how it went. */
        record First(Attempt attempt) implements Claim {}

        /** It was accepted before. */
        record Duplicate() implements Claim {}

        /** Its first attempt has been in flight for too long to wait. */
        record Undecided() implements Claim {}

        /** The device is on another node, which did not learn of this message: it is sent again there. */
        record Moved() implements Claim {}
    }

    /** The right, and the duty, to say how a message went. */
    public interface Attempt {
        /** The identity under which it goes. */
        long delivery();

        /** Whether it follows another attempt under the same identity. */
        boolean isRepeat();

        /** Ends the attempt: a success is remembered, a failure forgotten. */
        void finish(boolean sent);
    }

    /**
     * An empty window.
     *
     * @param maxEntries messages remembered; 0 is as many as the arrays can hold
     * @param retention  how long a message is remembered
     * @param takeover   how long a new connection may take over a message's key
     * @param wait       how long a resend waits for its first attempt
     * @param identities of attempts
     */
    public DuplicateWindow(
            int maxEntries,
            Duration retention,
            Duration takeover,
            Duration wait,
            DeliveryIds identities,
            LongSupplier nanoClock) {
        this.retentionNanos = retention.toNanos();
        this.takeoverNanos = takeover.toNanos();
        this.waitNanos = wait.toNanos();
        this.identities = identities;
        this.clock = nanoClock;
        int perStripe = maxEntries == 0 ? STRIPE_MAX : Math.clamp(maxEntries / STRIPES, 1, STRIPE_MAX);
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Stripe(perStripe);
        }
    }

    /** Claims a message for delivery; blocks only while an earlier attempt of the same message is in flight. */
    public Claim claim(Sender sender, MessageRequest message) throws InterruptedException {
        Fingerprint key = sender.fingerprint(message.getMsgId());
        Stripe stripe = stripes[(int) (key.high() >>> 60)];
        long content = content(message);
        long now = clock.getAsLong();
        long deadline = now + waitNanos;
        while (true) {
            CountDownLatch earlier;
            stripe.lock.lock();
            try {
                InFlight known = stripe.inFlight.get(key);
                if (known == null && wasAccepted(stripe.accepted, key, sender.connection(), content)) {
                    return new Claim.Duplicate();
                }
                if (known == null || (known.connection != sender.connection() && known.content != content)) {
                    InFlight attempt = new InFlight(
                            stripe,
                            key,
                            sender,
                            message.getMsgId(),
                            content,
                            now,
                            sender.inheritedDelivery(message.getMsgId(), content),
                            identities);
                    if (!sender.recent()
                            .begun(sender.connection(), message.getMsgId(), content, now, attempt.delivery())) {
                        return new Claim.Moved();
                    }
                    stripe.inFlight.put(key, attempt);
                    return new Claim.First(attempt);
                }
                earlier = known.awaited();
            } finally {
                stripe.lock.unlock();
            }
            sender.writes().start();
            if (!earlier.await(deadline - now, TimeUnit.NANOSECONDS)) {
                return new Claim.Undecided();
            }
            now = clock.getAsLong();
        }
    }

    /** Remembers what the sender's device sent from the node it was connected to before, unless newer is known. */
    void inherit(Sender sender, List<SentMessage> sent) {
        sender.inherit(
                sent.stream().filter(message -> message.getAttempt() != 0).toList());
        for (SentMessage message : sent) {
            if (message.getAttempt() != 0) {
                continue;
            }
            Fingerprint key = sender.fingerprint(message.getMsgId());
            Stripe stripe = stripes[(int) (key.high() >>> 60)];
            long nanos = clock.getAsLong() - TimeUnit.MILLISECONDS.toNanos(message.getAgeMs());
            stripe.lock.lock();
            try {
                int known = stripe.accepted.find(key);
                if (known < 0 || stripe.accepted.nanos(known) - nanos < 0) {
                    stripe.accepted.add(key, ELSEWHERE, message.getContent(), nanos);
                }
            } finally {
                stripe.lock.unlock();
            }
        }
    }

    /** Messages remembered. */
    public int size() {
        int size = 0;
        for (Stripe stripe : stripes) {
            stripe.lock.lock();
            try {
                size += stripe.accepted.size();
            } finally {
                stripe.lock.unlock();
            }
        }
        return size;
    }

    private boolean wasAccepted(AcceptedMessages accepted, Fingerprint key, long connection, long content) {
        int at = accepted.find(key);
        if (at < 0) {
            return false;
        }
        long age = clock.getAsLong() - accepted.nanos(at);
        if (accepted.connection(at) == connection) {
            return age <= retentionNanos;
        }
        boolean same = age <= takeoverNanos && accepted.content(at) == content;
        if (same) {
            accepted.connection(at, connection);
        }
        return same;
    }

    /** Distinguishes the messages of one sender; not meant to resist anybody. */
    private static long content(MessageRequest message) {
        ByteBuffer body = message.getMsgBody().asReadOnlyByteBuffer();
        long hash =
                31L * message.getToUserId().hashCode() + message.getGroupId().hashCode();
        hash = mixed(hash, body.remaining());
        while (body.remaining() >= Long.BYTES) {
            hash = mixed(hash, body.getLong());
        }
        while (body.hasRemaining()) {
            hash = mixed(hash, body.get());
        }
        return hash;
    }

    private static long mixed(long hash, long word) {
        return (Long.rotateLeft(hash, 5) ^ word) * 0x9E3779B97F4A7C15L;
    }
}
