package io.mics.routing.directory;

import io.mics.observe.Counter;
import io.mics.observe.Log;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.proto.node.v1.NodeCall;
import io.mics.proto.node.v1.SentMessage;
import io.mics.proto.node.v1.TakeOver;
import io.mics.routing.link.NodeLinks;
import io.mics.routing.link.Peer;
import java.util.List;

/**
 * Takes devices over from the nodes they were connected to before: has such a node close its connection and say what
 * the device sent, so that a resend is recognised here. For a node that has stopped those answer that it handed its
 * memory to; that of one that was killed is lost.
 */
public final class TakeOvers {
    private static final Log LOG = Log.of(TakeOvers.class);
    private static final NodeLinks.Reply GONE = new NodeLinks.Reply.NotAsked("not a member");

    private final Membership members;
    private final NodeLinks links;
    private final StoppedNodes stopped;
    private final Metrics.PerTenant<Counter> windowsLost;

    public TakeOvers(Membership members, NodeLinks links, StoppedNodes stopped, Metrics metrics) {
        this.members = members;
        this.links = links;
        this.stopped = stopped;
        this.windowsLost = metrics.perTenant(tenant -> metrics.counter(Metric.DEDUP_WINDOWS_LOST, tenant));
    }

    /**
     * Takes a device over from another node.
     *
     * @param connection the connection to close; 0 when it has ended
     * @return what it sent lately
     */
    List<SentMessage> takeOver(DeviceKey device, Peer from, long connection) throws InterruptedException {
        NodeLinks.Reply reply = members.isGone(from)
                ? GONE
                : links.call(
                        from,
                        NodeCall.newBuilder()
                                .setTakeOver(TakeOver.newBuilder()
                                        .setTenantId(device.tenant())
                                        .setUserId(device.user())
                                        .setDeviceId(device.device())
                                        .setConnection(connection)));
        if (reply instanceof NodeLinks.Reply.Answered answered
                && answered.answer().hasTakenOver()) {
            return answered.answer().getTakenOver().getSentList();
        }
        StoppedNodes.HandedOver handedOver = stopped.sentFrom(from, device);
        if (!handedOver.complete()) {
            LOG.warn(
                    "duplicate_window_lost",
                    "tenant",
                    device.tenant(),
                    "user",
                    device.user(),
                    "from",
                    from.node(),
                    "cause",
                    cause(reply));
            countLost(device.tenant());
        }
        return handedOver.sent();
    }

    /** Where a device of this tenant was before cannot be known. */
    void countLost(String tenant) {
        windowsLost.of(tenant).increment();
    }

    private static String cause(NodeLinks.Reply reply) {
        return switch (reply) {
            case NodeLinks.Reply.Answered answered ->
                "it answered " + answered.answer().getAnswerCase();
            case NodeLinks.Reply.NotAsked notAsked -> notAsked.cause();
            case NodeLinks.Reply.Unknown unknown -> unknown.cause();
            case NodeLinks.Reply.Failed failed -> failed.cause();
        };
    }
}
