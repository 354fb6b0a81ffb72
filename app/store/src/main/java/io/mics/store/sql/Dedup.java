package io.mics.store.sql;

import io.mics.conversation.NewMessage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.UUID;

/** What a repeated message is recognised by within its conversation: 16 bytes of its sender and its key. */
public final class Dedup {
    private static final int BYTES = 16;

    private Dedup() {}

    /** The hash of a message. */
    public static UUID of(NewMessage message) {
        return of(message.sender(), message.dedupKey());
    }

    /** The hash of an earlier message that would be the same one, too. */
    public static Optional<UUID> earlierOf(NewMessage message) {
        return message.earlierKey().isEmpty()
                ? Optional.empty()
                : Optional.of(of(message.sender(), message.earlierKey()));
    }

    /** The hash of what {@code sender} calls {@code key}. */
    public static UUID of(String sender, String key) {
        byte[] from = sender.getBytes(StandardCharsets.UTF_8);
        MessageDigest digest = sha256();
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(from.length).array());
        digest.update(from);
        ByteBuffer hash = ByteBuffer.wrap(digest.digest(key.getBytes(StandardCharsets.UTF_8)), 0, BYTES);
        return new UUID(hash.getLong(), hash.getLong());
    }

    /** Its bytes. */
    public static byte[] bytes(UUID hash) {
        return ByteBuffer.allocate(BYTES)
                .putLong(hash.getMostSignificantBits())
                .putLong(hash.getLeastSignificantBits())
                .array();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) { // every JVM has it
            throw new IllegalStateException(e);
        }
    }
}
