package io.mics.routing.directory;

import io.mics.proto.node.v1.SentMessage;
import io.mics.protocol.ConnectDecision;
import io.mics.routing.link.Peer;
import java.util.List;

/** Makes this node's devices known to the other nodes. */
public interface Presence {
    /** For a node alone: nobody has to know, and its own limits are all there are. */
    Presence ALONE = new Presence() {
        @Override
        public ConnectDecision<RegisteredDevice> register(LocalDevices.Device device, Routes.Limits limits) {
            return new ConnectDecision.Accepted<>(RegisteredDevice.NEW);
        }

        @Override
        public boolean unregister(LocalDevices.Device device) {
            return true;
        }

        @Override
        public RecentSends remembering() {
            return RecentSends.NONE;
        }
    };

    /**
     * A session of a device on another node that was replaced.
     *
     * @param node       the start of a node that it was on
     * @param connection its number there; 0 is none
     */
    record Replaced(Peer node, long connection) {
        /** Nothing was replaced. */
        public static final Replaced NONE = new Replaced(new Peer("", 0, ""), 0);
    }

    /**
     * A device that may be here.
     *
     * @param replaced its session on another node that was replaced
     * @param sent     what it sent lately from the node it was connected to before
     */
    record RegisteredDevice(Replaced replaced, List<SentMessage> sent) {
        /** It was nowhere before. */
        static final RegisteredDevice NEW = new RegisteredDevice(Replaced.NONE, List.of());
    }

    /**
     * Registers a device. Its connection to another node, if it has one that was accepted earlier, is closed; blocks a
     * bounded time for that. Refused where it has one that was accepted later, or a limit of its tenant is reached, on
     * all nodes together.
     */
    ConnectDecision<RegisteredDevice> register(LocalDevices.Device device, Routes.Limits limits)
            throws InterruptedException;

    /**
     * Unregisters a device, if this is still its connection.
     *
     * @return false when the device is connected to another node by now, as far as is known
     */
    boolean unregister(LocalDevices.Device device);

    /** This start of the node, a part of the names of its sessions; 0 when nothing numbers it. */
    default long epoch() {
        return 0;
    }

    /** What remembers one device's messages for the node it moves to. */
    default RecentSends remembering() {
        return new RecentSends();
    }
}
