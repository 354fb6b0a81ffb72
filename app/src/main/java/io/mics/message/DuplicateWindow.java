package io.mics.message;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.MessageRequest;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Which messages were accepted lately, so that a resend is answered instead of delivered again. The key is (tenant,
 * user, device, connection, msg_id); a resend over a new connection takes the first attempt's key over when target and
 * body are the same and it comes soon enough. Recorded only after success, so a retry of a failure is really tried; a
 * resend that overtakes its first attempt waits for it. Bounded; the oldest is forgotten first.
 */
public final class DuplicateWindow {
    /** Chosen by a hash's four highest bits, which the buckets of a stripe do not use. */
    private static final int STRIPES = 16;

    private final Stripe[] stripes = new Stripe[STRIPES];
    private final long keepNanos;
    private final long takeoverNanos;
    private final long waitNanos;
    private final LongSupplier clock;
    private final int maxPerStripe;

    /** Ids of clients that count collide in a plain combination of their hashes: stripes and buckets need mixed bits. */
    private record Key(String tenant, String user, String device, String msgId, int hash) {
        static Key of(Sender sender, String msgId) {
            int h = sender.user().hashCode() * 0x9E3779B9 + sender.device().hashCode();
            h = (h ^ h >>> 15) * 0x85EBCA6B + msgId.hashCode();
            h = (h ^ h >>> 13) * 0xC2B2AE35;
            return new Key(sender.tenant().id(), sender.user(), sender.device(), msgId, h ^ h >>> 16);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object o) {
            return o instanceof Key other
                    && hash == other.hash
                    && msgId.equals(other.msgId)
                    && user.equals(other.user)
                    && device.equals(other.device)
                    && tenant.equals(other.tenant);
        }
    }

    /** One attempt, in flight until its latch is gone. */
    private static final class Entry {
        private final String target;
        private final long bodyHash;
        private final long nanos;
        private long connection;
        private volatile @Nullable CountDownLatch inFlight = new CountDownLatch(1);

        Entry(long connection, String target, long bodyHash, long nanos) {
            this.connection = connection;
            this.target = target;
            this.bodyHash = bodyHash;
            this.nanos = nanos;
        }
    }

    private static final class Stripe {
        private final ReentrantLock lock = new ReentrantLock();
        private final Map<Key, Entry> entries = new LinkedHashMap<>();
    }

    /** How an attempt may go on. */
    public sealed interface Claim {
        /** Nobody accepted this message yet: deliver it, then say how it went. */
        record First(Attempt attempt) implements Claim {}

        /** It was accepted before. */
        record Duplicate() implements Claim {}

        /** Its first attempt has been under way for too long to wait. */
        record Undecided() implements Claim {}
    }

    /** The right, and the duty, to say how a message went. */
    public interface Attempt {
        /** Ends the attempt: a success is remembered, a failure forgotten. */
        void finish(boolean sent);
    }

    /**
     * An empty window.
     *
     * @param maxEntries messages remembered; 0 is unlimited
     * @param keep       how long a message is remembered
     * @param takeover   how long a new connection may take over a message's key
     * @param wait       how long a resend waits for its first attempt
     */
    public DuplicateWindow(int maxEntries, Duration keep, Duration takeover, Duration wait, LongSupplier nanoClock) {
        this.keepNanos = keep.toNanos();
        this.takeoverNanos = takeover.toNanos();
        this.waitNanos = wait.toNanos();
        this.clock = nanoClock;
        this.maxPerStripe = maxEntries == 0 ? Integer.MAX_VALUE : Math.max(1, maxEntries / STRIPES);
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Stripe();
        }
    }

    /** Claims a message for delivery. */
    public Claim claim(Sender sender, MessageRequest message) throws InterruptedException {
        Key key = Key.of(sender, message.getMsgId());
        Stripe stripe = stripes[key.hash() >>> 28];
        long deadline = clock.getAsLong() + waitNanos;
        while (true) {
            CountDownLatch earlier;
            stripe.lock.lock();
            try {
                Entry known = stripe.entries.get(key);
                if (known == null || !isSame(known, sender, message)) {
                    return new Claim.First(begin(stripe, key, sender, message));
                }
                known.connection = sender.connection();
                earlier = known.inFlight;
                if (earlier == null) {
                    return new Claim.Duplicate();
                }
            } finally {
                stripe.lock.unlock();
            }
            sender.writes().start();
            if (!earlier.await(deadline - clock.getAsLong(), TimeUnit.NANOSECONDS)) {
                return new Claim.Undecided();
            }
        }
    }

    /** Messages remembered or in flight. */
    public int size() {
        int size = 0;
        for (Stripe stripe : stripes) {
            stripe.lock.lock();
            try {
                size += stripe.entries.size();
            } finally {
                stripe.lock.unlock();
            }
        }
        return size;
    }

    private boolean isSame(Entry known, Sender sender, MessageRequest message) {
        long age = clock.getAsLong() - known.nanos;
        if (known.connection == sender.connection()) {
            return age <= keepNanos;
        }
        return age <= takeoverNanos
                && known.target.equals(targetOf(message))
                && known.bodyHash == hash(message.getMsgBody());
    }

    private Attempt begin(Stripe stripe, Key key, Sender sender, MessageRequest message) {
        long now = clock.getAsLong();
        Entry entry = new Entry(sender.connection(), targetOf(message), hash(message.getMsgBody()), now);
        stripe.entries.remove(key);
        stripe.entries.put(key, entry);
        forgetOldest(stripe, now);
        return sent -> {
            CountDownLatch waiting = entry.inFlight;
            stripe.lock.lock();
            try {
                if (!sent) {
                    stripe.entries.remove(key, entry);
                }
                entry.inFlight = null;
            } finally {
                stripe.lock.unlock();
            }
            if (waiting != null) {
                waiting.countDown();
            }
        };
    }

    private void forgetOldest(Stripe stripe, long now) {
        Iterator<Entry> oldest = stripe.entries.values().iterator();
        while (oldest.hasNext()) {
            Entry entry = oldest.next();
            if (stripe.entries.size() <= maxPerStripe && now - entry.nanos <= keepNanos) {
                return;
            }
            oldest.remove();
        }
    }

    private static String targetOf(MessageRequest message) {
        return message.getToUserId().isEmpty() ? message.getGroupId() : message.getToUserId();
    }

    /** Tells bodies of one sender apart; not meant to resist anybody. */
    private static long hash(ByteString body) {
        CRC32C crc = new CRC32C();
        body.asReadOnlyByteBufferList().forEach(crc::update);
        return crc.getValue() << 32 ^ body.hashCode() ^ ((long) body.size() << 16);
    }
}
