package io.mics.routing.home;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HomeNodeTest {
    private static final List<String> NODES = List.of("node-1", "node-2", "node-3");

    @Test
    void agreesWithThePublishedVectors() {
        assertThat(HomeNode.of("t1", "u1", NODES)).contains("node-1");
        assertThat(HomeNode.of("t1", "u2", NODES)).contains("node-1");
        assertThat(HomeNode.of("t1", "u3", NODES)).contains("node-3");
        assertThat(Long.toUnsignedString(HomeNode.score("t1", "u1", "node-1"))).isEqualTo("16994798975498368675");
    }

    @Test
    void doesNotDependOnTheOrderOfNodes() {
        for (int i = 0; i < 100; i++) {
            assertThat(HomeNode.of("t1", "u" + i, NODES)).isEqualTo(HomeNode.of("t1", "u" + i, NODES.reversed()));
        }
    }

    @Test
    void losingANodeMovesOnlyItsUsers() {
        for (int i = 0; i < 100; i++) {
            String home = HomeNode.of("t1", "u" + i, NODES).orElseThrow();
            String later = HomeNode.of("t1", "u" + i, NODES.subList(0, 2)).orElseThrow();
            assertThat(home.equals("node-3") || home.equals(later)).isTrue();
        }
    }

    @Test
    void thereIsNoHomeWithoutNodes() {
        assertThat(HomeNode.of("t1", "u1", List.of())).isEmpty();
    }
}
