package io.mics.store.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.store.embedded.EmbeddedDialect;
import io.mics.store.engine.RetentionSchedule.Rule;
import io.mics.store.sql.Database;
import io.mics.store.sql.Dialect;
import io.mics.store.sql.Retention;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RetentionScheduleTest {
    /** A database in which everything breaks. */
    private record Broken(CountDownLatch asked) implements Database {
        @Override
        public <T> T read(Work<T> work) {
            asked.countDown();
            throw new IllegalStateException("planted");
        }

        @Override
        public <T> T write(Work<T> work) {
            throw new IllegalStateException("planted");
        }

        @Override
        public Dialect dialect() {
            return new EmbeddedDialect();
        }

        @Override
        public void close() {}
    }

    @Test
    void aDefectOfTheDatabaseEndsNeitherTheOtherTenantsPassNorTheNext() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(4);
        List<Rule> rules = List.of(new Rule("t1", Duration.ofDays(1), 0), new Rule("t2", Duration.ofDays(1), 0));
        try (RetentionSchedule schedule = RetentionSchedule.start(
                new Retention(new Broken(asked)), () -> true, () -> rules, Duration.ofMillis(1))) {
            assertThat(asked.await(50, TimeUnit.SECONDS)).isTrue();
            assertThat(schedule).isNotNull();
        }
    }

    @Test
    void aTurnThatCannotBeTakenEndsThePassOnly() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        AtomicInteger turns = new AtomicInteger();
        RetentionSchedule.Turn failingTwice = () -> {
            if (turns.incrementAndGet() <= 2) {
                throw new SQLException("planted");
            }
            return true;
        };
        List<Rule> rules = List.of(new Rule("t1", Duration.ofDays(1), 0));
        try (RetentionSchedule schedule = RetentionSchedule.start(
                new Retention(new Broken(asked)), failingTwice, () -> rules, Duration.ofMillis(1))) {
            assertThat(asked.await(50, TimeUnit.SECONDS)).isTrue();
            assertThat(schedule).isNotNull();
        }
    }

    @Test
    void whoseTurnItIsNotAsksForNothing() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch turns = new CountDownLatch(3);
        RetentionSchedule.Turn another = () -> {
            turns.countDown();
            return false;
        };
        List<Rule> rules = List.of(new Rule("t1", Duration.ofDays(1), 0));
        try (RetentionSchedule schedule =
                RetentionSchedule.start(new Retention(new Broken(asked)), another, () -> rules, Duration.ofMillis(1))) {
            assertThat(turns.await(50, TimeUnit.SECONDS)).isTrue();
            assertThat(schedule).isNotNull();
        }
        assertThat(asked.getCount()).isEqualTo(1);
    }
}
