package io.mics.conversation.distribution;

import io.mics.conversation.Distributed;
import io.mics.observe.TraceBuffer;
import io.mics.observe.TraceBuffer.Step;
import io.mics.protocol.StoredMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the node that stored a message did with it. Filled in on any thread, read on any; holds on to no body. */
public final class StoredTrace implements TraceBuffer.Entry {
    private final long atMs = System.currentTimeMillis();
    private final long nanos = System.nanoTime();
    private final String msgId;
    private final String conversation;
    private final long seq;
    private final long messageId;
    private final String source;
    private final int batch;
    private final boolean duplicate;
    private volatile @Nullable Long publishedAt;
    private volatile @Nullable End end;

    private record End(long nanos, Distributed outcome) {}

    /**
     * A message that was stored just now.
     *
     * @param source    where it was read
     * @param batch     messages in its transaction
     * @param duplicate whether it was stored before
     */
    public StoredTrace(StoredMessage stored, String source, int batch, boolean duplicate) {
        this.msgId = stored.clientMsgId();
        this.conversation = stored.conversation().id();
        this.seq = stored.seq();
        this.messageId = stored.messageId();
        this.source = source;
        this.batch = batch;
        this.duplicate = duplicate;
    }

    /** Its event is where nothing loses it. */
    public void published() {
        publishedAt = System.nanoTime();
    }

    /** What came of its distribution. */
    public void distributed(Distributed outcome) {
        end = new End(System.nanoTime(), outcome);
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
        steps.add(step(nanos, "stored", words()));
        Long event = publishedAt;
        if (event != null) {
            steps.add(step(event, "persisted event", "published"));
        }
        End done = end;
        if (done != null) {
            steps.add(step(done.nanos(), "distributed", done.outcome().words()));
        }
        return steps;
    }

    private String words() {
        String place = "number " + seq + ", message id " + messageId;
        return duplicate
                ? "was stored before: " + place + "; found in a batch of " + batch + " from " + source
                : place + ", in a batch of " + batch + " from " + source;
    }

    /** A step at {@code at} by {@link System#nanoTime}. */
    private Step step(long at, String what, String detail) {
        return new Step(atMs + TimeUnit.NANOSECONDS.toMillis(at - nanos), at, what, conversation, detail);
    }

    @Override
    public String reach() {
        End done = end;
        return done != null && done.outcome() instanceof Distributed.Reached reached
                ? "stored as number " + seq + ", delivered to " + reached.devices()
                : "stored as number " + seq;
    }
}
