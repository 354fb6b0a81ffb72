package io.mics.conversation;

import io.mics.message.Sender;
import io.mics.protocol.Delivery;
import io.mics.session.stored.StoredProgress;

/** Pushes to devices that do not ask for it what they missed. Safe on any thread; never blocks. */
public interface CatchUp {
    /** Nothing is pushed. */
    CatchUp NONE = (sender, device) -> {
        device.endMissed();
        return Ongoing.NOTHING;
    };

    /** A device's connection. */
    interface Device {
        /**
         * Queues a message that it missed, waiting for room. Its live messages wait meanwhile.
         *
         * @return whether it gets it by this; not when it has a later one already, there was no room in time, or the
         *         connection ends
         */
        boolean push(Delivery delivery, long deadlineNanos);

        /** Whether its connection is not ending. */
        boolean isOpen();

        /** What it was given. */
        StoredProgress progress();

        /** Its live messages follow. */
        void endMissed();
    }

    /** What is done for one connection. */
    interface Ongoing {
        /** Nothing. */
        Ongoing NOTHING = new Ongoing() {
            @Override
            public void syncs() {}

            @Override
            public void end() {}
        };

        /** The device asks what it missed: nothing is pushed to it, nor on its next connection. */
        void syncs();

        /** The connection has ended. */
        void end();
    }

    /** Begins with a connection that is acknowledged, and holds its live messages. */
    Ongoing begin(Sender sender, Device device);
}
