package io.mics.sdk.hook.example;

import com.google.protobuf.InvalidProtocolBufferException;
import io.mics.proto.message.v1.MessageRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What a record of the store's file says. */
sealed interface StoredRecord {

    /** Whose messages: user ids are unique within a tenant only. */
    record Recipient(String tenantId, String userId) {}

    /** A message somebody missed. */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    record Missed(long sequence, Recipient recipient, String identity, byte[] message) implements StoredRecord {
        MessageRequest decoded() throws InvalidProtocolBufferException {
            return MessageRequest.parseFrom(message);
        }
    }

    /** The recipient has everything up to this sequence number. */
    record Taken(long sequence, Recipient recipient) implements StoredRecord {}

    /** An event was stored once; no sequence number so far was higher. */
    record Known(long sequence, String identity) implements StoredRecord {}

    /** The record's bytes: kind, sequence number, texts with their length, and the message as the rest. */
    static byte[] encode(StoredRecord stored) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        try {
            if (stored instanceof Missed missed) {
                head(out, 1, missed.sequence(), missed.recipient());
                text(out, missed.identity());
                out.write(missed.message());
            } else if (stored instanceof Taken taken) {
                head(out, 2, taken.sequence(), taken.recipient());
            } else if (stored instanceof Known known) {
                out.writeByte(3);
                out.writeLong(known.sequence());
                text(out, known.identity());
            }
        } catch (IOException e) {
            throw new IllegalStateException("memory has no I/O errors", e);
        }
        return bytes.toByteArray();
    }

    /** What {@link #encode} made of it. */
    static StoredRecord decode(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        int kind = in.readByte();
        long sequence = in.readLong();
        if (kind == 3) {
            return new Known(sequence, text(in));
        }
        Recipient recipient = new Recipient(text(in), text(in));
        if (kind == 2) {
            return new Taken(sequence, recipient);
        }
        if (kind == 1) {
            return new Missed(sequence, recipient, text(in), in.readAllBytes());
        }
        throw new IOException("a record of kind " + kind + ", made by a newer version");
    }

    private static void head(DataOutputStream out, int kind, long sequence, Recipient recipient) throws IOException {
        out.writeByte(kind);
        out.writeLong(sequence);
        text(out, recipient.tenantId());
        text(out, recipient.userId());
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }
}
