package io.mics.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** Errors that executors would keep to themselves. */
@Timeout(60)
@Isolated("threads of other tests would be among those that die")
class ReportedErrorsTest {
    private final ErrorPlanting planting = ErrorPlanting.begin();

    @AfterEach
    void end() {
        planting.close();
    }

    private static void plant() {
        throw new OutOfMemoryError("planted");
    }

    private static void plantDefect() {
        throw new IllegalStateException("planted");
    }

    @Test
    void aRepeatedTaskThatThrowsIsAThreadLost() {
        try (ScheduledExecutorService schedule = CriticalThreads.scheduled("config-watch")) {
            Future<?> repeated =
                    schedule.scheduleWithFixedDelay(ReportedErrorsTest::plant, 0, 1, TimeUnit.MILLISECONDS);
            Assertions.assertThatThrownBy(repeated::get).hasCauseInstanceOf(OutOfMemoryError.class);
            schedule.shutdown();
        }
        assertThat(planting.takeLines()).singleElement().asString().contains("fatal error on thread config-watch");
        assertThat(CriticalThreads.lost())
                .hasValueSatisfying(why -> assertThat(why).contains("config-watch"));
    }

    @Test
    void aDefectOfARepeatedTaskIsAThreadLostTooAndACancelledOneIsNot() {
        try (ScheduledExecutorService schedule = CriticalThreads.scheduled("config-watch")) {
            schedule.scheduleWithFixedDelay(() -> {}, 0, 1, TimeUnit.HOURS).cancel(true);
            Future<?> done = schedule.submit(() -> {});
            Assertions.assertThatCode(done::get).doesNotThrowAnyException();
            assertThat(CriticalThreads.lost()).isEmpty();
            schedule.execute(ReportedErrorsTest::plantDefect);
            schedule.shutdown();
        }
        assertThat(planting.takeLines()).hasSize(1);
    }

    @Test
    void anErrorInASubmittedTaskIsReportedAndADefectStaysInItsFuture() throws Exception {
        try (ExecutorService tasks = new ErrorReportingExecutor()) {
            Assertions.assertThatThrownBy(
                            () -> tasks.submit(ReportedErrorsTest::plantDefect).get())
                    .isInstanceOf(ExecutionException.class);
            assertThat(planting.takeLines()).isEmpty();
            Assertions.assertThatThrownBy(
                            () -> tasks.submit(ReportedErrorsTest::plant).get())
                    .hasCauseInstanceOf(OutOfMemoryError.class);
            assertThat(planting.takeLines()).hasSize(1);
            assertThat(tasks.submit(() -> 7).get()).isEqualTo(7);
        }
    }

    @Test
    void anErrorThatNobodyCaughtOnAnyThreadIsReported() throws InterruptedException {
        Thread.ofPlatform().name("a-librarys").start(ReportedErrorsTest::plant).join();
        Thread.ofVirtual().name("a-request").start(ReportedErrorsTest::plant).join();
        assertThat(planting.takeLines())
                .containsExactly(
                        "fatal error on thread a-librarys, exit code 70",
                        "fatal error on thread a-request, exit code 70");
    }
}
