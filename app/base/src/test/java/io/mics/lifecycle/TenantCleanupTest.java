package io.mics.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TenantCleanupTest {
    private final TenantCleanup cleanup = new TenantCleanup();
    private final List<String> forgotten = new ArrayList<>();

    @Test
    void everyPartForgetsTheLastRegisteredFirst() {
        cleanup.add("meters", tenant -> forgotten.add("meters of " + tenant));
        cleanup.add("buffer", tenant -> forgotten.add("buffer of " + tenant));
        cleanup.forget("t1");
        assertThat(forgotten).containsExactly("buffer of t1", "meters of t1");
    }

    @Test
    void onePartsFailureDoesNotKeepTheOthersFromForgetting() {
        cleanup.add("meters", tenant -> forgotten.add("meters"));
        cleanup.add("broken", tenant -> {
            throw new IllegalStateException("defect");
        });
        cleanup.add("buffer", tenant -> forgotten.add("buffer"));
        cleanup.forget("t1");
        assertThat(forgotten).containsExactly("buffer", "meters");
    }
}
