package io.mics.httpclient;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BodyBufferPoolTest {
    private static final int LARGE = BodyBufferPool.LARGE;

    private final BodyBufferPool bodies = new BodyBufferPool(3L * LARGE);

    @Test
    void anArrayOfTheSameLengthIsUsedAgainAndByOneOnly() {
        byte[] body = bodies.take(LARGE);
        bodies.give(body);
        assertThat(bodies.take(LARGE + 1)).isNotSameAs(body).hasSize(LARGE + 1);
        assertThat(bodies.take(LARGE)).isSameAs(body);
        assertThat(bodies.take(LARGE)).isNotSameAs(body).hasSize(LARGE);
        assertThat(bodies.bytes()).isZero();
    }

    @Test
    void theOldestMakesRoomAndSmallOnesAreNotHeld() {
        byte[][] given = new byte[4][LARGE];
        for (byte[] body : given) {
            bodies.give(body);
        }
        bodies.give(new byte[LARGE - 1]);
        bodies.give(new byte[3 * LARGE + 1]);
        assertThat(bodies.bytes()).isEqualTo(3L * LARGE);
        assertThat(bodies.take(LARGE)).isSameAs(given[3]);
        assertThat(bodies.take(LARGE)).isSameAs(given[2]);
        assertThat(bodies.take(LARGE)).isSameAs(given[1]);
        assertThat(bodies.take(LARGE)).isNotSameAs(given[0]);
    }
}
