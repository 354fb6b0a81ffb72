package io.mics.message;

import java.util.concurrent.ThreadLocalRandom;

/**
 * 128 bits that stand for (tenant, user, device, msg_id). The multipliers are secret to the process, so that nobody can
 * choose ids that meet another's.
 */
record Fingerprint(long high, long low) {
    private static final long K1 = ThreadLocalRandom.current().nextLong() | 1;
    private static final long K2 = ThreadLocalRandom.current().nextLong() | 1;

    /** What all messages of one device have in common, worked out once. */
    record Start(long a, long b) {
        static Start of(String tenant, String user, String device) {
            return new Start(K2, K1).and(tenant).and(user).and(device);
        }

        /** Adds a part and its end, which no id contains. */
        private Start and(String part) {
            long nextA = a;
            long nextB = b;
            for (int i = 0; i < part.length(); i++) {
                nextA = nextA * K1 + part.charAt(i);
                nextB = nextB * K2 + part.charAt(i);
            }
            return new Start(nextA * K1 + '|', nextB * K2 + '|');
        }

        Fingerprint with(String msgId) {
            Start whole = and(msgId);
            return new Fingerprint(mixed(whole.a), mixed(whole.b));
        }
    }

    @Override
    public int hashCode() {
        return (int) low;
    }

    private static long mixed(long value) {
        long h = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
        h = (h ^ h >>> 33) * 0xc4ceb9fe1a85ec53L;
        return h ^ h >>> 33;
    }
}
