package io.mics.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.observe.TraceBuffer.Step;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TraceBufferTest {
    private final AtomicLong nowMs = new AtomicLong(1_000_000);
    private final InstantSource source = () -> Instant.ofEpochMilli(nowMs.get());
    private final Clock clock = source.withZone(ZoneOffset.UTC);

    private static void note(TraceBuffer traces, String tenant, int from, int to) {
        for (int i = from; i < to; i++) {
            String detail = "step " + i;
            traces.note(tenant, "m" + i, "received", "u1", () -> detail);
        }
    }

    @Test
    void listsTheStepsOfAMessageInOrderAndInWords() {
        TraceBuffer traces = new TraceBuffer(100, clock);
        traces.note("t1", "m1", "received", "u1", () -> "to user u2");
        traces.note("t1", "m2", "received", "u1", () -> "to user u3");
        traces.note("t1", "m1", "answered", "d1", () -> "SENT");
        assertThat(traces.of("t1", "m1")).extracting(Step::detail).containsExactly("to user u2", "SENT");
        assertThat(traces.of("t2", "m1")).isEmpty();
    }

    @Test
    void remembersTheLastStepsOfATenantHoweverItsRingGrew() {
        TraceBuffer traces = new TraceBuffer(4_000, clock);
        note(traces, "t1", 0, 5_000);
        assertThat(traces.of("t1", "m4000")).hasSize(1);
        assertThat(traces.of("t1", "m4999")).extracting(Step::detail).containsExactly("step 4999");
        assertThat(traces.of("t1", "m3999")).isEmpty();
    }

    @Test
    void growingLosesNoStep() {
        TraceBuffer traces = new TraceBuffer(4_000, clock);
        note(traces, "t1", 0, 1_000);
        for (int i = 0; i < 1_000; i++) {
            assertThat(traces.of("t1", "m" + i)).as("m" + i).hasSize(1);
        }
    }

    @Test
    void aNoisyTenantTakesNobodysFirstStepsAndAllShareTheRest() {
        TraceBuffer traces = new TraceBuffer(4_000, 1_000, clock);
        note(traces, "noisy", 0, 10_000);
        note(traces, "quiet", 0, 500);
        assertThat(traces.of("quiet", "m484")).hasSize(1);
        assertThat(traces.of("quiet", "m483"))
                .as("room was left for its first steps alone")
                .isEmpty();
        nowMs.addAndGet(11 * 60_000);
        note(traces, "quiet", 500, 1_500);
        assertThat(traces.of("quiet", "m1300"))
                .as("the noisy one's were too old")
                .hasSize(1);
        assertThat(traces.of("noisy", "m9999")).isEmpty();
    }

    @Test
    void forgetsATenantAndWhatIsTooOld() {
        TraceBuffer traces = new TraceBuffer(100, clock);
        note(traces, "t1", 0, 2);
        traces.forget("t1");
        assertThat(traces.of("t1", "m1")).isEmpty();
        note(traces, "t1", 0, 2);
        nowMs.addAndGet(10 * 60_000 + 1);
        assertThat(traces.of("t1", "m1")).isEmpty();
        assertThat(new TraceBuffer(0, clock).of("t1", "m1")).isEmpty();
    }
}
