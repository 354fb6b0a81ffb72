package io.mics.routing.delivery;

import io.mics.routing.directory.Route;
import io.mics.routing.link.Peer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Users of one tenant to be reached on one node. */
record Batch(Peer peer, List<String> users) {
    /** Ids of one call: with a body they stay below what a link sends at once. */
    private static final int MOST_USERS = 4_096;

    /** One batch, or a few, for each node but {@code self} that {@code found} users have devices on. */
    static List<Batch> of(Map<String, List<Route>> found, Peer self) {
        Map<Peer, List<String>> byPeer = new LinkedHashMap<>(4);
        found.forEach((user, devices) -> devices.stream()
                .map(Route::node)
                .filter(peer -> peer.epoch() != self.epoch())
                .distinct()
                .forEach(peer ->
                        byPeer.computeIfAbsent(peer, p -> new ArrayList<>(1)).add(user)));
        List<Batch> batches = new ArrayList<>(byPeer.size());
        byPeer.forEach((peer, users) -> {
            for (int from = 0; from < users.size(); from += MOST_USERS) {
                batches.add(new Batch(peer, users.subList(from, Math.min(from + MOST_USERS, users.size()))));
            }
        });
        return batches;
    }
}
