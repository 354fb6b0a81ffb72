package io.mics.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.testing.Await;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LastAnswerTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void whoAsksGetsTheAnswerThatComesInTime() {
        AtomicInteger asked = new AtomicInteger();
        LastAnswer answer = new LastAnswer("t", LONG, () -> Optional.of("away " + asked.incrementAndGet()));
        assertThat(answer.get()).contains("away 1");
        assertThat(answer.get()).as("within a second it is not asked again").contains("away 1");
        Await.until("a later one asks again", () -> answer.get().equals(Optional.of("away 2")));
    }

    @Test
    void whatDoesNotAnswerIsSaidToAndIsAskedOnceAtATime() {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        LastAnswer answer = new LastAnswer("t", Duration.ofMillis(10), () -> {
            asked.incrementAndGet();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Optional.empty();
        });
        assertThat(answer.get()).contains("does not answer");
        assertThat(answer.get()).contains("does not answer");
        assertThat(asked).hasValue(1);
        release.countDown();
        Await.until("it answers", () -> answer.get().isEmpty());
    }

    @Test
    void aDefectInTheQuestionIsAnAnswer() {
        LastAnswer answer = new LastAnswer("t", LONG, () -> {
            throw new IllegalStateException("planted");
        });
        assertThat(answer.get()).hasValueSatisfying(words -> assertThat(words).contains("planted"));
    }
}
