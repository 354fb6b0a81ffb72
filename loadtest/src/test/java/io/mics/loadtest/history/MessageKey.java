package io.mics.loadtest.history;

/**
 * Which message: the device that sent it, and the number that device gave it, from 1.
 *
 * @param sender a device's number
 * @param number also the msg_id
 */
public record MessageKey(int sender, int number) implements Comparable<MessageKey> {
    static MessageKey of(long packed) {
        return new MessageKey((int) (packed >>> 32), (int) packed);
    }

    static long pack(int sender, int number) {
        return (long) sender << 32 | number;
    }

    @Override
    public int compareTo(MessageKey other) {
        return Long.compare(pack(sender, number), pack(other.sender, other.number));
    }
}
