package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.VitalThreads;
import io.mics.testing.node.TestGateway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@Tag("engine")
class LostThreadTest {
    @AfterEach
    void forget() {
        VitalThreads.forgetLost();
    }

    @Test
    void aNodeThatLostAThreadIsNotReadyAndSaysWhich() throws Exception {
        try (TestGateway gateway = TestGateway.playground()) {
            assertThat(gateway.get("/readyz").statusCode()).isEqualTo(200);
            VitalThreads.start("events-t1", () -> {
                        throw new OutOfMemoryError("planted");
                    })
                    .join();
            var answer = gateway.get("/readyz");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("threads ended: events-t1: java.lang.OutOfMemoryError: planted");
        }
    }
}
