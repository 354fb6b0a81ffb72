package io.mics.protocol;

import io.mics.proto.message.v1.MessageRequest;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One accepted message for devices, or the word that one was recalled. It is encoded at most once per
 * protocol, however many devices it goes to, and keeps its identity through retries and buffers.
 */
public final class Delivery implements OutboundFrame {
    private static final long LONG_AGO_NANOS = TimeUnit.DAYS.toNanos(3_650);

    private final MessageRequest message;
    private final String contentType;
    private final String traceId;
    private final long id;
    private final long acceptedNanos;
    private final boolean redelivery;
    private final boolean recall;
    private final @Nullable Stored stored;
    private final @Nullable ConversationFrame change;
    private @Nullable Payload protobuf;
    private @Nullable Payload json;

    /** What the device that sent a stored message gets. */
    public enum ToSendingDevice {
        /** Nothing: it is acknowledged already. */
        NOTHING,
        /** The acknowledgement that it is stored. */
        ACK,
        /** The message, as everybody. */
        MESSAGE,
        /** Both. */
        ACK_AND_MESSAGE
    }

    /**
     * Where a stored message stands.
     *
     * @param conversation  its conversation's canonical id
     * @param seq           1, 2, 3… in it
     * @param messageId     its id in the cluster
     * @param sendingDevice that sent it this time: another than the first, when it was sent again
     * @param duplicate     whether it had been stored before
     */
    public record Stored(
            String conversation,
            long seq,
            long messageId,
            ToSendingDevice toSendingDevice,
            String sendingDevice,
            boolean duplicate) {}

    /**
     * A message accepted now.
     *
     * @param message     what the sender sent, sender fields taken from its session
     * @param contentType text, image, …; empty when the sender did not say
     * @param traceId     the sender's trace
     * @param id          unique in the cluster; 0 is none
     */
    public Delivery(MessageRequest message, String contentType, String traceId, long id) {
        this(message, contentType, traceId, id, System.nanoTime(), false, false, null, null);
    }

    private Delivery(
            MessageRequest message,
            String contentType,
            String traceId,
            long id,
            long acceptedNanos,
            boolean redelivery,
            boolean recall,
            @Nullable Stored stored,
            @Nullable ConversationFrame change) {
        this.stored = stored;
        this.change = change;
        this.message = message;
        this.contentType = contentType;
        this.traceId = traceId;
        this.id = id;
        this.acceptedNanos = acceptedNanos;
        this.redelivery = redelivery;
        this.recall = recall;
    }

    /** A message that another node accepted {@code age} ago; a session may have got it before. */
    public static Delivery fromNode(MessageRequest message, String contentType, String traceId, long id, Duration age) {
        return new Delivery(
                message, contentType, traceId, id, System.nanoTime() - age.toNanos(), true, false, null, null);
    }

    /**
     * A message that the backend stored for one device; the session may have got it before. When it was accepted
     * is not known here, and so long ago that no other device passes for having got it.
     */
    public static Delivery pulled(MessageRequest message, String traceId) {
        return new Delivery(message, "", traceId, 0, System.nanoTime() - LONG_AGO_NANOS, true, false, null, null);
    }

    /**
     * The word that a message was recalled; it goes to those who are online and is never stored.
     *
     * @param message says which: its {@code msg_id} and target, recalled by its user at its timestamp; without a body
     */
    public static Delivery recall(MessageRequest message, String traceId, long id) {
        return new Delivery(message, "", traceId, id, System.nanoTime(), false, true, null, null);
    }

    /**
     * A message of a durable conversation. Its identity is its id in the cluster, so that a device is not given it
     * twice when it is distributed again.
     */
    public static Delivery stored(
            String tenant, StoredMessage message, ToSendingDevice toSendingDevice, String traceId) {
        return stored(tenant, message, toSendingDevice, message.device(), false, traceId);
    }

    /** The same of a message that {@code sendingDevice} sent, perhaps again. */
    public static Delivery stored(
            String tenant,
            StoredMessage message,
            ToSendingDevice toSendingDevice,
            String sendingDevice,
            boolean duplicate,
            String traceId) {
        Stored place = new Stored(
                message.conversation().id(),
                message.seq(),
                message.messageId(),
                toSendingDevice,
                sendingDevice,
                duplicate);
        return new Delivery(
                message.request(tenant),
                message.contentType(),
                traceId,
                -message.messageId(),
                System.nanoTime(),
                false,
                false,
                place,
                null);
    }

    /**
     * Word of a change in a durable conversation; it goes to those who are online and is never stored.
     *
     * @param message says whose it is: its tenant, and the user and device that made the change
     */
    public static Delivery change(ConversationFrame change, MessageRequest message, String traceId, long id) {
        return new Delivery(message, "", traceId, id, System.nanoTime(), false, false, null, change);
    }

    /** This one as another node sent it: where its message stands, or which change it is. */
    public Delivery with(@Nullable Stored place, @Nullable ConversationFrame word) {
        return new Delivery(message, contentType, traceId, id, acceptedNanos, redelivery, recall, place, word);
    }

    /** This one for all but the device that sent it, which has its own; who has it knows it by its identity. */
    public Delivery forOthers() {
        Stored own = stored;
        Stored others = own == null
                ? null
                : new Stored(
                        own.conversation(),
                        own.seq(),
                        own.messageId(),
                        ToSendingDevice.NOTHING,
                        own.sendingDevice(),
                        own.duplicate());
        return new Delivery(message, contentType, traceId, id, acceptedNanos, true, recall, others, change);
    }

    /** Where its message stands in a durable conversation; null for any other. */
    public @Nullable Stored stored() {
        return stored;
    }

    /** The acknowledgement of the device that sent it: that it is stored. */
    public ConversationFrame.Ack storedAck() {
        Stored place = Objects.requireNonNull(stored);
        return new ConversationFrame.Ack(
                message.getMsgId(),
                place.conversation(),
                ConversationFrame.Level.PERSISTED,
                place.seq(),
                place.messageId(),
                place.duplicate(),
                System.currentTimeMillis());
    }

    /** The change that it is word of; null for a message. */
    public @Nullable ConversationFrame change() {
        return change;
    }

    /** This one, as the word that its message was recalled. */
    public Delivery asRecall() {
        return new Delivery(message, contentType, traceId, id, acceptedNanos, redelivery, true, stored, change);
    }

    /** Whether it says that its message was recalled, and carries none. */
    public boolean isRecall() {
        return recall;
    }

    /** Whether it is buffered for those it does not reach: word of a change is not, and what is stored need not. */
    public boolean mayGoOffline() {
        return !recall && stored == null && change == null;
    }

    /** The id of its conversation. */
    public String conversation() {
        return Conversation.of(message);
    }

    public MessageRequest message() {
        return message;
    }

    public String contentType() {
        return contentType;
    }

    /** What kind of content it is: as its sender said, else {@code text} where it is UTF-8, else {@code binary}. */
    public String messageType() {
        if (!contentType.isEmpty()) {
            return contentType;
        }
        return message.getMsgBody().isValidUtf8() ? "text" : "binary";
    }

    public String traceId() {
        return traceId;
    }

    /** Its identity through retries, links and buffers; 0 is none. */
    public long id() {
        return id;
    }

    /** This one, which a session may have got before under the same identity. */
    public Delivery asRedelivery() {
        return new Delivery(message, contentType, traceId, id, acceptedNanos, true, recall, stored, change);
    }

    /** This one with a message that hooks have changed. */
    @SuppressWarnings("ReferenceEquality") // asks whether it was changed, not whether it reads the same
    public Delivery with(MessageRequest changed) {
        return changed == message
                ? this
                : new Delivery(changed, contentType, traceId, id, acceptedNanos, redelivery, recall, stored, change);
    }

    /** Whether a session may have got it before: it came from another node, or is an attempt after another. */
    public boolean isRedelivery() {
        return redelivery;
    }

    /** When it was accepted, as {@link System#nanoTime()} says it. */
    public long acceptedNanos() {
        return acceptedNanos;
    }

    /** Bytes this delivery keeps alive while it waits somewhere: its body and ids. */
    public int weight() {
        return message.getSerializedSize();
    }

    /** The frame for a connection of {@code protocol}. */
    Payload payload(FrameCodec codec) {
        // a race encodes twice and keeps either; both are the same bytes
        if (codec.text()) {
            Payload made = json;
            if (made == null) {
                made = new Payload(codec.bytes(this), Payload.Kind.TEXT, this);
                json = made;
            }
            return made;
        }
        Payload made = protobuf;
        if (made == null) {
            made = new Payload(codec.bytes(this), Payload.Kind.BINARY, this);
            protobuf = made;
        }
        return made;
    }
}
