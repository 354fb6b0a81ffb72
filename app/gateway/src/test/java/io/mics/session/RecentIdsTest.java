package io.mics.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentIdsTest {
    private final RecentIds ids = new RecentIds();

    @Test
    void knowsTheLast512() {
        for (long id = 1; id <= 1_000; id++) {
            assertThat(ids.contains(id)).isFalse();
            ids.add(id);
        }
        assertThat(ids.contains(1_000)).isTrue();
        assertThat(ids.contains(1_000 - 511)).isTrue();
        assertThat(ids.contains(1_000 - 512)).isFalse();
    }

    @Test
    void knowsNothingAtFirst() {
        assertThat(ids.contains(0)).isFalse();
        assertThat(ids.contains(1)).isFalse();
    }
}
