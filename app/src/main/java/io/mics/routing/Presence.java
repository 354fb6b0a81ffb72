package io.mics.routing;

import io.mics.proto.node.v1.SentMessage;
import java.util.List;

/** Makes this node's devices known to the other nodes. */
public interface Presence {
    /** For a node alone: nobody has to know, and its own limits are all there are. */
    Presence ALONE = new Presence() {
        @Override
        public Arrival arrive(LocalDevices.Device device, Routes.Limits limits) {
            return new Arrival.Welcome(false, List.of());
        }

        @Override
        public void leave(LocalDevices.Device device) {
            // nobody was told
        }

        @Override
        public RecentSends remembering() {
            return RecentSends.NONE;
        }
    };

    /** Whether a device may be here. */
    sealed interface Arrival {
        /**
         * It may.
         *
         * @param replaced whether its connection to another node was replaced
         * @param sent     what it sent lately from the node it was connected to before
         */
        record Welcome(boolean replaced, List<SentMessage> sent) implements Arrival {}

        /** The device is connected to another node, by a connection that was accepted later. */
        record Overtaken() implements Arrival {}

        /** A limit of its tenant is reached, on all nodes together. */
        record Refused(Routes.Limit limit) implements Arrival {}
    }

    /**
     * Registers a device. Its connection to another node, if it has one that was accepted earlier, is closed; blocks a
     * bounded time for that.
     */
    Arrival arrive(LocalDevices.Device device, Routes.Limits limits) throws InterruptedException;

    /** Unregisters a device, if this is still its connection. */
    void leave(LocalDevices.Device device);

    /** What remembers one device's messages for the node it moves to. */
    default RecentSends remembering() {
        return new RecentSends();
    }
}
