package io.mics.message;

import io.mics.protocol.Delivery;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names one message towards hooks: the same for every attempt at it, on whichever node, and for no other message. 32
 * lower-case hex digits.
 */
public final class IdempotencyKeys {
    private static final int BYTES = 16;

    private final String start;

    /** Keys of one start of this node; {@code start} distinguishes it from others where delivery ids do not. */
    public IdempotencyKeys(String start) {
        this.start = start;
    }

    String of(Sender sender, Delivery delivery) {
        String named = String.join(
                "|",
                start,
                sender.tenant().id(),
                sender.user(),
                sender.device(),
                delivery.message().getMsgId(),
                Long.toString(delivery.id()),
                delivery.message().getToUserId(),
                delivery.message().getGroupId());
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(named.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
