package io.mics.conversation;

import io.mics.message.Sender;
import io.mics.observe.TraceBuffer;
import io.mics.observe.TraceBuffer.Step;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.protocol.ConversationRef;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the node that a durable message came to did with it. Filled in on any thread, read on any, put into words when
 * somebody asks; holds on to no body.
 */
final class SendTrace implements TraceBuffer.Entry {
    private final long atMs = System.currentTimeMillis();
    private final long nanos = System.nanoTime();
    private final String tenant;
    private final String msgId;
    private final String user;
    private final String device;
    private final String traceId;
    private final String conversation;
    private final int bytes;
    private volatile @Nullable End end;

    /** What came of it. */
    private sealed interface End {
        /** By {@link System#nanoTime}. */
        long nanos();

        record Refused(long nanos, String reason) implements End {}

        record Appended(long nanos, ConversationLog log, ConversationLog.Outcome outcome, boolean untilStored)
                implements End {}
    }

    SendTrace(Sender sender, MessageRequest message, ConversationRef conversation) {
        this.tenant = sender.tenant().id();
        this.msgId = message.getMsgId();
        this.user = sender.user();
        this.device = sender.device();
        this.traceId = sender.traceId();
        this.conversation = conversation.id();
        this.bytes = message.getMsgBody().size();
    }

    /** It was not appended. */
    void refused(String reason) {
        end = new End.Refused(System.nanoTime(), reason);
    }

    /** What the log made of it; {@code untilStored} where its device is answered once it is stored. */
    void appended(ConversationLog log, ConversationLog.Outcome outcome, boolean untilStored) {
        end = new End.Appended(System.nanoTime(), log, outcome, untilStored);
    }

    private static String words(ConversationLog.Outcome outcome, boolean untilStored) {
        return switch (outcome) {
            case ConversationLog.Outcome.Accepted accepted ->
                untilStored
                        ? "accepted; answered once it is stored (durable.ack: persisted)"
                        : "accepted; answered SENT, level accepted";
            case ConversationLog.Outcome.Stored stored ->
                "stored as number " + stored.seq() + ", message id " + stored.messageId()
                        + (stored.duplicate() ? ", before" : "") + "; answered SENT, level persisted";
            case ConversationLog.Outcome.Unavailable away ->
                "away; answered FAILED, log unavailable: it is not in the log";
            case ConversationLog.Outcome.Refused refused -> "refused for good: " + refused.reason();
            case ConversationLog.Outcome.Unknown unknown ->
                "did not say; answered FAILED, outcome unknown: it may be in the log";
        };
    }

    @Override
    public String msgId() {
        return msgId;
    }

    @Override
    public long atMs() {
        return atMs;
    }

    @Override
    public List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        steps.add(new Step(
                atMs,
                nanos,
                "received",
                user,
                "from device " + device + " to " + conversation + ", " + bytes + " bytes, trace " + traceId));
        End known = end;
        if (known != null) {
            steps.add(step(known));
        }
        return steps;
    }

    private Step step(End known) {
        long at = atMs + TimeUnit.NANOSECONDS.toMillis(known.nanos() - nanos);
        return switch (known) {
            case End.Refused refused ->
                new Step(at, known.nanos(), "answered", device, "FAILED, refused: " + refused.reason());
            case End.Appended appended ->
                new Step(
                        at,
                        known.nanos(),
                        "appended",
                        appended.log().describe(tenant),
                        words(appended.outcome(), appended.untilStored()));
        };
    }
}
