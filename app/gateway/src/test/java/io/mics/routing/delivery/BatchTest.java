package io.mics.routing.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.routing.directory.Route;
import io.mics.routing.link.Peer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which users are in one call to a node, and how many. */
class BatchTest {
    private static final Peer SELF = new Peer("node-1", 1, "127.0.0.1:1");
    private static final Peer OTHER = new Peer("node-2", 2, "127.0.0.1:2");
    private static final Peer THIRD = new Peer("node-3", 3, "127.0.0.1:3");

    private static Route route(String user, String device, Peer node) {
        return new Route("t1", user, device, node, 1, 0);
    }

    @Test
    void aCallIsOfSoManyUsersAtMostAndNoneIsLeftOut() {
        Map<String, List<Route>> found = new LinkedHashMap<>();
        for (int i = 0; i < 2 * 4_096 + 1; i++) {
            String user = "u" + i;
            found.put(user, List.of(route(user, "d1", OTHER)));
        }
        List<Batch> batches = Batch.of(found, SELF);
        assertThat(batches).extracting(batch -> batch.users().size()).containsExactly(4_096, 4_096, 1);
        assertThat(batches).allMatch(batch -> batch.peer().equals(OTHER));
        assertThat(batches.stream().flatMap(batch -> batch.users().stream())).containsExactlyElementsOf(found.keySet());
    }

    @Test
    void aUserIsOnceInTheCallToEachNodeButTheirOwn() {
        Map<String, List<Route>> found = Map.of(
                "u1",
                List.of(
                        route("u1", "d1", OTHER),
                        route("u1", "d2", OTHER),
                        route("u1", "d3", THIRD),
                        route("u1", "d4", SELF)));
        assertThat(Batch.of(found, SELF))
                .containsExactly(new Batch(OTHER, List.of("u1")), new Batch(THIRD, List.of("u1")));
    }
}
