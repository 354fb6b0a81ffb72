package io.mics.routing.home;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Optional;

/**
 * The node that buffers an absent user's messages: a rendezvous hash, so that every node names the same one and a
 * change of membership moves only the users of the node that came or went.
 */
public final class HomeNode {
    private HomeNode() {}

    /** The home of a user among the live nodes; empty when there is none. Equal scores go to the first by name. */
    public static Optional<String> of(String tenant, String user, Collection<String> nodes) {
        String best = null;
        long bestScore = 0;
        for (String node : nodes) {
            long score = score(tenant, user, node);
            int order = best == null ? 1 : Long.compareUnsigned(score, bestScore);
            if (best == null || order > 0 || (order == 0 && node.compareTo(best) < 0)) {
                best = node;
                bestScore = score;
            }
        }
        return Optional.ofNullable(best);
    }

    /**
     * The first 8 bytes of SHA-256({@code tenant:user:node}), little-endian; compared as unsigned, the highest wins.
     */
    static long score(String tenant, String user, String node) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((tenant + ":" + user + ":" + node).getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(hash).order(ByteOrder.LITTLE_ENDIAN).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
