package io.mics.offline;

import io.mics.protocol.Delivery;
import java.util.List;

/** Other nodes as homes of users. Implemented by routing. */
public interface HomePeers {
    /** For a node alone: it is everybody's home. */
    HomePeers ALONE = new HomePeers() {
        @Override
        public Kept keep(String tenant, List<String> users, Delivery delivery) {
            return new Kept(0, users);
        }

        @Override
        public List<BacklogSource> homes(String tenant, String user) {
            return List.of();
        }
    };

    /**
     * Where a message is kept.
     *
     * @param stored users whose home has it
     * @param here   users whose home is this node, or whose homes cannot be reached
     */
    record Kept(int stored, List<String> here) {}

    /** Keeps a message at the homes of {@code users}, as far as these are other nodes. */
    Kept keep(String tenant, List<String> users, Delivery delivery) throws InterruptedException;

    /** All places that may keep something for a user, this node among them, in the order to drain; none alone. */
    List<BacklogSource> homes(String tenant, String user);
}
