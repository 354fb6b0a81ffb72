package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.CriticalThreads;
import io.mics.testing.node.TestGateway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@Tag("engine")
class LostThreadTest {
    /** Also of what a node of another test lost at its end. */
    @BeforeEach
    @AfterEach
    void forget() {
        CriticalThreads.forgetLost();
    }

    @Test
    void aNodeThatLostAThreadIsNotReadyAndSaysWhich() throws Exception {
        try (TestGateway gateway = TestGateway.playground()) {
            assertThat(gateway.get("/readyz").statusCode()).isEqualTo(200);
            CriticalThreads.start("events-t1", () -> {
                        throw new OutOfMemoryError("planted");
                    })
                    .join();
            var answer = gateway.get("/readyz");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("threads ended: events-t1: java.lang.OutOfMemoryError: planted");
        }
    }
}
