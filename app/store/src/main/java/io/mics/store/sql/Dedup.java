package io.mics.store.sql;

import io.mics.conversation.NewMessage;
import io.mics.protocol.ConversationRef;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.UUID;

/**
 * What a repeated message is recognised by: 16 bytes, of which 5 stand for its conversation, so that an index has those
 * of one conversation together, and 11 (88 bits of SHA-256) for conversation, sender and key.
 */
public final class Dedup {
    private static final int PREFIX_BYTES = 5;
    private static final int KEY_BYTES = 11;

    private Dedup() {}

    /** The hash of a message. */
    public static UUID of(NewMessage message) {
        return of(message.tenant(), message.conversation(), message.sender(), message.dedupKey());
    }

    /** The hash of an earlier message that would be the same one, too. */
    public static Optional<UUID> earlierOf(NewMessage message) {
        return message.earlierKey().isEmpty()
                ? Optional.empty()
                : Optional.of(of(message.tenant(), message.conversation(), message.sender(), message.earlierKey()));
    }

    /** The hash of what {@code sender} calls {@code key} in a conversation. */
    public static UUID of(String tenant, ConversationRef conversation, String sender, String key) {
        MessageDigest digest = sha256();
        add(digest, tenant);
        add(digest, conversation.id());
        byte[] prefix = digest.digest();
        digest.update(prefix);
        add(digest, sender);
        add(digest, key);
        ByteBuffer hash = ByteBuffer.allocate(PREFIX_BYTES + KEY_BYTES)
                .put(prefix, 0, PREFIX_BYTES)
                .put(digest.digest(), 0, KEY_BYTES)
                .flip();
        return new UUID(hash.getLong(), hash.getLong());
    }

    /** A text with its length, so that two of them read only one way. */
    private static void add(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
    }

    /** Its bytes. */
    public static byte[] bytes(UUID hash) {
        return ByteBuffer.allocate(PREFIX_BYTES + KEY_BYTES)
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
