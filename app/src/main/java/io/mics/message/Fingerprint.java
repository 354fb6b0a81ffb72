package io.mics.message;

import java.util.concurrent.ThreadLocalRandom;

/**
 * 128 bits that stand for (tenant, user, device, msg_id). The multipliers are secret to the process, so that nobody can
 * choose ids that meet another's.
 */
record Fingerprint(long high, long low) {
    private static final long K1 = ThreadLocalRandom.current().nextLong() | 1;
    private static final long K2 = ThreadLocalRandom.current().nextLong() | 1;

    static Fingerprint of(Sender sender, String msgId) {
        Lanes lanes = new Lanes();
        lanes.add(sender.tenant().id());
        lanes.add(sender.user());
        lanes.add(sender.device());
        lanes.add(msgId);
        return new Fingerprint(mixed(lanes.a), mixed(lanes.b));
    }

    @Override
    public int hashCode() {
        return (int) low;
    }

    private static final class Lanes {
        private long a = K2;
        private long b = K1;

        /** Adds a part and its end, which no id contains. */
        void add(String part) {
            for (int i = 0; i < part.length(); i++) {
                a = a * K1 + part.charAt(i);
                b = b * K2 + part.charAt(i);
            }
            a = a * K1 + '|';
            b = b * K2 + '|';
        }
    }

    private static long mixed(long value) {
        long h = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
        h = (h ^ h >>> 33) * 0xc4ceb9fe1a85ec53L;
        return h ^ h >>> 33;
    }
}
