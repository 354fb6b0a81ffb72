package io.mics.offline;

import io.mics.protocol.Delivery;
import java.util.List;

/** Other nodes as homes of users. Implemented by routing. */
public interface HomePeers {
    /** For a node alone: it is everybody's home. */
    HomePeers ALONE = new HomePeers() {
        @Override
        public Stored store(String tenant, List<String> users, Delivery delivery) {
            return new Stored(0, users);
        }

        @Override
        public List<BacklogSource> homes(String tenant, String user) {
            return List.of();
        }
    };

    /**
     * Where a message is stored.
     *
     * @param remotely users whose home on another node has it
     * @param here     users for whom this node has to store it: it is their home, or their homes cannot be reached
     */
    record Stored(int remotely, List<String> here) {}

    /** Stores a message at the homes of {@code users}, as far as these are other nodes. */
    Stored store(String tenant, List<String> users, Delivery delivery) throws InterruptedException;

    /** All buffers that may hold messages for a user, this node's among them, in the order to take from; none alone. */
    List<BacklogSource> homes(String tenant, String user);
}
