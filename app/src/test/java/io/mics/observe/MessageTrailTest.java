package io.mics.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.observe.MessageTrail.Step;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MessageTrailTest {
    private final AtomicLong nowMs = new AtomicLong(1_000_000);
    private final InstantSource source = () -> Instant.ofEpochMilli(nowMs.get());
    private final Clock clock = source.withZone(ZoneOffset.UTC);

    private static void note(MessageTrail trail, String tenant, int from, int to) {
        for (int i = from; i < to; i++) {
            String detail = "step " + i;
            trail.note(tenant, "m" + i, "received", "u1", () -> detail);
        }
    }

    @Test
    void tellsTheStepsOfAMessageInOrderAndInWords() {
        MessageTrail trail = new MessageTrail(100, clock);
        trail.note("t1", "m1", "received", "u1", () -> "to user u2");
        trail.note("t1", "m2", "received", "u1", () -> "to user u3");
        trail.note("t1", "m1", "answered", "d1", () -> "SENT");
        assertThat(trail.of("t1", "m1")).extracting(Step::detail).containsExactly("to user u2", "SENT");
        assertThat(trail.of("t2", "m1")).isEmpty();
    }

    @Test
    void remembersTheLastStepsOfATenantHoweverItsRingGrew() {
        MessageTrail trail = new MessageTrail(4_000, clock);
        note(trail, "t1", 0, 5_000);
        assertThat(trail.of("t1", "m4000")).hasSize(1);
        assertThat(trail.of("t1", "m4999")).extracting(Step::detail).containsExactly("step 4999");
        assertThat(trail.of("t1", "m3999")).isEmpty();
    }

    @Test
    void growingLosesNoStep() {
        MessageTrail trail = new MessageTrail(4_000, clock);
        note(trail, "t1", 0, 1_000);
        for (int i = 0; i < 1_000; i++) {
            assertThat(trail.of("t1", "m" + i)).as("m" + i).hasSize(1);
        }
    }

    @Test
    void aNoisyTenantTakesNobodysFirstStepsAndAllShareTheRest() {
        MessageTrail trail = new MessageTrail(4_000, 1_000, clock);
        note(trail, "noisy", 0, 10_000);
        note(trail, "quiet", 0, 500);
        assertThat(trail.of("quiet", "m484")).hasSize(1);
        assertThat(trail.of("quiet", "m483"))
                .as("room was left for its first steps alone")
                .isEmpty();
        nowMs.addAndGet(11 * 60_000);
        note(trail, "quiet", 500, 1_500);
        assertThat(trail.of("quiet", "m1300"))
                .as("the noisy one's were too old")
                .hasSize(1);
        assertThat(trail.of("noisy", "m9999")).isEmpty();
    }

    @Test
    void forgetsATenantAndWhatIsTooOld() {
        MessageTrail trail = new MessageTrail(100, clock);
        note(trail, "t1", 0, 2);
        trail.forget("t1");
        assertThat(trail.of("t1", "m1")).isEmpty();
        note(trail, "t1", 0, 2);
        nowMs.addAndGet(10 * 60_000 + 1);
        assertThat(trail.of("t1", "m1")).isEmpty();
        assertThat(new MessageTrail(0, clock).of("t1", "m1")).isEmpty();
    }
}
