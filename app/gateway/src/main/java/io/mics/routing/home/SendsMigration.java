package io.mics.routing.home;

import io.mics.concurrent.Deadline;
import io.mics.concurrent.TaskScope;
import io.mics.observe.Log;
import io.mics.proto.node.v1.DeviceSends;
import io.mics.proto.node.v1.HandOverSends;
import io.mics.proto.node.v1.NodeCall;
import io.mics.proto.node.v1.SentMessage;
import io.mics.proto.node.v1.TakeSends;
import io.mics.proto.node.v1.TakenOver;
import io.mics.routing.directory.DeviceKey;
import io.mics.routing.directory.LocalDevices;
import io.mics.routing.directory.Membership;
import io.mics.routing.directory.StoppedNodes;
import io.mics.routing.link.NodeLinks;
import io.mics.routing.link.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Keeps what devices sent lately beyond the end of their node. A client that a stopping node sends away returns up to a
 * drain time later, when the node has long gone, and sends again what it got no ack of. So a node that stops hands what
 * it remembers, what it was handed itself included, to the homes of the devices' users, as it does with what it
 * buffered. The node a device returns to asks the homes where the node of before does not answer.
 *
 * <p>Members change meanwhile. A home that does not take it, since it stops itself or has stopped already, is skipped
 * for the next; one that joined later knows nothing, so the first homes are all asked. The memory of a node that was
 * killed is lost. So is that of one that stops with no other there to take it.
 */
public final class SendsMigration implements StoppedNodes {
    private static final Log LOG = Log.of(SendsMigration.class);
    /** How many nodes by score are asked. */
    private static final int ASKED = 2;
    /** Nodes that are handed something at one time. */
    private static final int WIDTH = 16;
    /** Of one call; what one device sent always fits in. */
    private static final int CALL_BYTES = 256 * 1024;

    private final InheritedSends inherited;
    private final Membership members;
    private final NodeLinks links;

    public SendsMigration(Membership members, NodeLinks links) {
        this(members, links, System::nanoTime);
    }

    /** Forgets what it was handed by a clock in nanoseconds. */
    SendsMigration(Membership members, NodeLinks links, LongSupplier nanoClock) {
        this.members = members;
        this.links = links;
        this.inherited = new InheritedSends(nanoClock);
    }

    /** Forgets what is too old of what it was handed; called from time to time. */
    public void forgetOld() {
        inherited.forgetOld();
    }

    /** Remembers what another node hands over that stops; false when this one has handed over its own. */
    public boolean accept(HandOverSends handed) {
        return inherited.add(handed);
    }

    /** What another node asks of what this one was handed. */
    public TakenOver answer(TakeSends call) {
        DeviceKey device = new DeviceKey(call.getTenantId(), call.getUserId(), call.getDeviceId());
        return inherited.find(device, call.getStopped());
    }

    @Override
    public HandedOver sentFrom(Peer stopped, DeviceKey device) throws InterruptedException {
        TakenOver here = inherited.find(device, stopped.epoch());
        List<SentMessage> sent = new ArrayList<>(here.getSentList());
        boolean complete = here.getHandedOver();
        List<Peer> others = others();
        for (int rank = 0; rank < ASKED; rank++) {
            Optional<Peer> home = Homes.home(others, device.tenant(), device.user(), rank)
                    .filter(peer -> peer.epoch() != stopped.epoch());
            if (home.isPresent()
                    && links.call(home.get(), taking(stopped, device)) instanceof NodeLinks.Reply.Answered answered
                    && answered.answer().hasTakenOver()) {
                sent.addAll(answered.answer().getTakenOver().getSentList());
                complete |= answered.answer().getTakenOver().getHandedOver();
            }
        }
        return new HandedOver(sent, complete);
    }

    private static NodeCall.Builder taking(Peer stopped, DeviceKey device) {
        return NodeCall.newBuilder()
                .setTakeSends(TakeSends.newBuilder()
                        .setTenantId(device.tenant())
                        .setUserId(device.user())
                        .setDeviceId(device.device())
                        .setStopped(stopped.epoch()));
    }

    /**
     * This node stops: what {@code devices} sent and what it was handed goes to the others, for at most
     * {@code timeout}. Does nothing where no device was here lately.
     *
     * @return the devices whose memory nobody took
     */
    public int leave(LocalDevices devices, Duration timeout) throws InterruptedException {
        Optional<Map<DeviceKey, List<SentMessage>>> own = devices.handOver();
        InheritedSends.Inheritance handed = inherited.passOn();
        if (own.isEmpty() && handed.stopped().isEmpty() && handed.devices().isEmpty()) {
            return 0;
        }
        Map<DeviceKey, DeviceSends.Builder> all = new HashMap<>();
        handed.devices().forEach((device, sent) -> sendsOf(all, device).addAllSent(sent));
        own.orElse(Map.of()).forEach((device, sent) -> sendsOf(all, device).addAllSent(sent));
        Map<DeviceKey, DeviceSends> left = new ConcurrentHashMap<>();
        all.forEach((device, sends) -> left.put(device, sends.build()));
        Deadline deadline = Deadline.after(timeout);
        Set<Peer> answering = ConcurrentHashMap.newKeySet();
        answering.addAll(others());
        while (!left.isEmpty() && !answering.isEmpty() && !deadline.expired()) {
            handOver(left, answering, deadline);
        }
        if (left.isEmpty()) {
            HandOverSends complete = HandOverSends.newBuilder()
                    .addAllStopped(handed.stopped())
                    .addStopped(members.self().epoch())
                    .build();
            toEach(List.copyOf(answering), deadline, peer -> accepted(peer, complete));
        }
        LOG.info("duplicate_windows_moved", "devices", all.size() - left.size(), "left", left.size());
        return left.size();
    }

    private static DeviceSends.Builder sendsOf(Map<DeviceKey, DeviceSends.Builder> all, DeviceKey device) {
        return all.computeIfAbsent(
                device,
                key -> DeviceSends.newBuilder()
                        .setTenantId(key.tenant())
                        .setUserId(key.user())
                        .setDeviceId(key.device()));
    }

    /** Hands {@code left} to homes among {@code answering}; removes what is taken, and homes that do not take all. */
    private void handOver(Map<DeviceKey, DeviceSends> left, Set<Peer> answering, Deadline deadline)
            throws InterruptedException {
        List<Peer> homes = List.copyOf(answering);
        Map<Peer, List<DeviceSends>> byHome = new HashMap<>();
        left.forEach((device, sends) -> Homes.home(homes, device.tenant(), device.user(), 0)
                .ifPresent(home ->
                        byHome.computeIfAbsent(home, h -> new ArrayList<>()).add(sends)));
        toEach(List.copyOf(byHome.keySet()), deadline, home -> {
            boolean taken = false;
            try {
                taken = handOver(left, byHome.getOrDefault(home, List.of()), home);
            } finally {
                if (!taken) {
                    answering.remove(home);
                }
            }
            return taken;
        });
    }

    private boolean handOver(Map<DeviceKey, DeviceSends> left, List<DeviceSends> all, Peer home)
            throws InterruptedException {
        for (HandOverSends part : parts(all)) {
            if (!accepted(home, part)) {
                return false;
            }
            part.getDevicesList().forEach(sends -> left.remove(keyOf(sends)));
        }
        return true;
    }

    private static List<HandOverSends> parts(List<DeviceSends> all) {
        List<HandOverSends> parts = new ArrayList<>();
        HandOverSends.Builder part = HandOverSends.newBuilder();
        int bytes = 0;
        for (DeviceSends sends : all) {
            if (bytes > 0 && bytes + sends.getSerializedSize() > CALL_BYTES) {
                parts.add(part.build());
                part.clear();
                bytes = 0;
            }
            part.addDevices(sends);
            bytes += sends.getSerializedSize();
        }
        parts.add(part.build());
        return parts;
    }

    private static DeviceKey keyOf(DeviceSends sends) {
        return new DeviceKey(sends.getTenantId(), sends.getUserId(), sends.getDeviceId());
    }

    private boolean accepted(Peer peer, HandOverSends handed) throws InterruptedException {
        return links.call(peer, NodeCall.newBuilder().setHandOverSends(handed))
                        instanceof NodeLinks.Reply.Answered answered
                && answered.answer().hasDone();
    }

    private interface Handing {
        boolean to(Peer peer) throws InterruptedException;
    }

    private static void toEach(List<Peer> peers, Deadline deadline, Handing handing) throws InterruptedException {
        try (TaskScope scope = TaskScope.collecting("sends", WIDTH, deadline)) {
            for (Peer peer : peers) {
                scope.fork(() -> handing.to(peer));
            }
            scope.join();
        }
    }

    private List<Peer> others() {
        return members.live().stream()
                .filter(peer -> !peer.equals(members.self()))
                .toList();
    }
}
