package io.mics.message;

import io.mics.observe.TraceBuffer;
import io.mics.observe.TraceBuffer.Step;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import io.mics.protocol.Delivery;
import io.mics.routing.delivery.GroupFanOut;
import io.mics.routing.delivery.UserDelivery;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What this node did with one message. Filled in on the sender's thread, read on any; holds on to no body and no
 * session, and is put into words only when somebody asks.
 */
final class MessageTrace implements TraceBuffer.Entry {
    private final long atMs = System.currentTimeMillis();
    private final long nanos = System.nanoTime();
    private final String msgId;
    private final String user;
    private final String device;
    private final String traceId;
    private final boolean group;
    private final String to;
    private final int bytes;
    /** By {@link System#nanoTime}; each written before, and read after, what happened then. */
    private long deliveredAt;

    private long offlineAt;
    private volatile UserDelivery.@Nullable Reached reached;
    private volatile @Nullable FannedOut fannedOut;
    private volatile @Nullable Boolean storedOffline;
    private volatile @Nullable Integer storedFor;
    private volatile @Nullable Answered answered;

    private record FannedOut(int members, int delivered, int here, int elsewhere, int offline, int notTaken) {}

    private record Answered(long nanos, Outcome outcome, String event) {}

    MessageTrace(Sender sender, Delivery delivery) {
        MessageRequest message = delivery.message();
        this.msgId = message.getMsgId();
        this.user = sender.user();
        this.device = sender.device();
        this.traceId = sender.traceId();
        this.group = message.getMsgType() == MessageType.GROUP_CHAT;
        this.to = group ? message.getGroupId() : message.getToUserId();
        this.bytes = message.getMsgBody().size();
    }

    /** What devices everywhere made of a message to one user. */
    void reached(UserDelivery.Reached outcome) {
        deliveredAt = System.nanoTime();
        reached = outcome;
    }

    /** What came of a message to a group. */
    void fannedOut(int members, GroupFanOut.Result result) {
        deliveredAt = System.nanoTime();
        fannedOut = new FannedOut(
                members,
                result.delivered(),
                result.here(),
                result.elsewhere(),
                result.offline().size(),
                result.notTaken().size());
    }

    /** Whether it was stored for its absent user. */
    void storedOffline(boolean stored) {
        offlineAt = System.nanoTime();
        storedOffline = stored;
    }

    /** For how many absent members of a group it was stored. */
    void storedOfflineFor(int users) {
        offlineAt = System.nanoTime();
        storedFor = users;
    }

    /** The end of it; {@code event} says what became of its event. */
    void answered(Outcome outcome, String event) {
        answered = new Answered(System.nanoTime(), outcome, event);
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
        String where = (group ? "group " : "user ") + to;
        steps.add(step(
                nanos,
                "received",
                user,
                "from device " + device + " to " + where + ", " + bytes + " bytes, trace " + traceId));
        Answered end = answered;
        UserDelivery.Reached devices = reached;
        if (devices != null) {
            steps.add(step(deliveredAt, "devices", to, words(devices)));
        }
        FannedOut fanOut = fannedOut;
        if (fanOut != null) {
            steps.add(step(deliveredAt, "fanned out", to, words(fanOut)));
        }
        Boolean forLater = storedOffline;
        if (forLater != null) {
            steps.add(step(offlineAt, "stored offline", to, forLater ? "yes" : "no"));
        }
        Integer members = storedFor;
        if (members != null) {
            steps.add(step(offlineAt, "stored offline", to, "for " + members + " of its absent members"));
        }
        if (end != null) {
            steps.add(step(end.nanos(), "answered", device, words(end.outcome()) + "; event " + end.event()));
        }
        return steps;
    }

    /** A step at {@code at} by {@link System#nanoTime}. */
    private Step step(long at, String what, String who, String detail) {
        return new Step(atMs + TimeUnit.NANOSECONDS.toMillis(at - nanos), at, what, who, detail);
    }

    @Override
    public String reach() {
        FannedOut fanOut = fannedOut;
        if (fanOut != null) {
            Integer members = storedFor;
            String delivered = "delivered to " + devices(fanOut.here(), fanOut.elsewhere()) + " of "
                    + fanOut.delivered() + " of " + members(fanOut.members());
            return members == null || members == 0 ? delivered : delivered + ", stored offline for " + members(members);
        }
        UserDelivery.Reached devices = reached;
        if (devices == null) {
            return "";
        }
        return switch (devices.kind()) {
            case DELIVERED -> words(devices);
            case NO_SESSION -> Boolean.TRUE.equals(storedOffline) ? "stored offline: " + to + " is not connected" : "";
            case NOT_TAKEN ->
                Boolean.TRUE.equals(storedOffline) ? "stored offline: no device of " + to + " took it" : "";
        };
    }

    private static String words(UserDelivery.Reached reached) {
        return switch (reached.kind()) {
            case DELIVERED -> "delivered to " + devices(reached.here(), reached.elsewhere());
            case NO_SESSION -> "no session";
            case NOT_TAKEN -> "not taken";
        };
    }

    /** How many devices got it; other nodes say that some did, not how many. */
    static String devices(int here, int elsewhere) {
        int all = here + elsewhere;
        return (elsewhere > 0 ? "at least " : "") + all + (all == 1 ? " device" : " devices");
    }

    private static String members(int count) {
        return count + (count == 1 ? " member" : " members");
    }

    private static String words(FannedOut to) {
        return members(to.members()) + ": delivered to " + to.delivered() + " on "
                + devices(to.here(), to.elsewhere()) + ", offline " + to.offline() + ", not taken "
                + to.notTaken();
    }

    private static String words(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Sent sent -> "SENT";
            case Outcome.Rejected rejected -> "FAILED, refused: " + rejected.reason();
            case Outcome.Failed failed -> "FAILED: " + failed.reason();
        };
    }
}
