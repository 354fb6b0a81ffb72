package io.mics.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mics.testing.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class TaskScopeTest {
    private static final Set<Thread.State> WAITING = Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING);

    private static final Deadline FAR = Deadline.after(Duration.ofSeconds(15));

    private final CountDownLatch never = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);

    @Test
    void givesEveryResultAfterJoin() throws Exception {
        try (TaskScope scope = TaskScope.open("sum", 4, FAR)) {
            List<Subtask<Integer>> subtasks = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                int value = i;
                subtasks.add(scope.fork(() -> value));
            }
            scope.join();
            assertThat(subtasks.stream().mapToInt(Subtask::get).sum()).isEqualTo(4950);
        }
    }

    @Test
    void runsChildrenOnNamedVirtualThreads() throws Exception {
        try (TaskScope scope = TaskScope.open("named", 1, FAR)) {
            Subtask<Thread> child = scope.fork(Thread::currentThread);
            scope.join();
            assertThat(child.get().isVirtual()).isTrue();
            assertThat(child.get().getName()).isEqualTo("named-1");
        }
    }

    @Test
    void refusesResultsBeforeJoin() throws Exception {
        try (TaskScope scope = TaskScope.open("early", 1, FAR)) {
            Subtask<Integer> child = scope.fork(() -> 1);
            assertThatThrownBy(child::get).isInstanceOf(IllegalStateException.class);
            scope.join();
            assertThat(child.get()).isEqualTo(1);
            assertThatThrownBy(child::exception).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void cancelsSiblingsOnFirstFailure() throws Exception {
        try (TaskScope scope = TaskScope.open("failing", 2, FAR)) {
            Subtask<Boolean> sibling = scope.fork(this::untilInterrupted);
            Subtask<Boolean> failing = scope.fork(() -> {
                throw new IOException("broken");
            });
            assertThatThrownBy(scope::join)
                    .isInstanceOf(TaskScope.FailedException.class)
                    .hasRootCauseInstanceOf(IOException.class);
            interrupted.await();
            assertThat(sibling.state()).isEqualTo(Subtask.State.UNAVAILABLE);
            assertThat(failing.state()).isEqualTo(Subtask.State.FAILED);
            assertThat(failing.exception()).hasMessage("broken");
            assertThatThrownBy(failing::get).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void startsNothingOnceCancelled() throws Exception {
        AtomicBoolean ran = new AtomicBoolean();
        try (TaskScope scope = TaskScope.open("cancelled", 2, FAR)) {
            scope.fork(() -> {
                throw new IOException("broken");
            });
            assertThatThrownBy(scope::join).isInstanceOf(TaskScope.FailedException.class);
            Subtask<Boolean> late = scope.fork(() -> ran.getAndSet(true));
            assertThatThrownBy(scope::join).isInstanceOf(TaskScope.FailedException.class);
            assertThat(late.state()).isEqualTo(Subtask.State.UNAVAILABLE);
        }
        assertThat(ran).isFalse();
    }

    @Test
    void collectingScopeLetsSiblingsOfAFailureFinish() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        try (TaskScope scope = TaskScope.collecting("collect", 2, FAR)) {
            Subtask<String> patient = scope.fork(() -> {
                failed.await();
                return "done";
            });
            Subtask<String> failing = scope.fork(() -> {
                failed.countDown();
                throw new IOException("broken");
            });
            scope.join();
            assertThat(patient.get()).isEqualTo("done");
            assertThat(failing.exception()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void collectingScopeKeepsWhatWasDoneByItsDeadline() throws Exception {
        try (TaskScope scope = TaskScope.collecting("late", 2, Deadline.after(Duration.ofMillis(200)))) {
            Subtask<String> quick = scope.fork(() -> "quick");
            Subtask<Boolean> slow = scope.fork(this::untilInterrupted);
            scope.join();
            assertThat(quick.get()).isEqualTo("quick");
            assertThat(slow.state()).isEqualTo(Subtask.State.UNAVAILABLE);
        }
        interrupted.await();
    }

    @Test
    void givesUpAtItsDeadlineAndInterruptsChildren() throws Exception {
        long start = System.nanoTime();
        try (TaskScope scope = TaskScope.open("deadline", 1, Deadline.after(Duration.ofMillis(50)))) {
            scope.fork(this::untilInterrupted);
            assertThatThrownBy(scope::join).isInstanceOf(TaskScope.TimeoutException.class);
        }
        assertThat(interrupted.getCount()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(50));
    }

    @Test
    void startsNothingAfterItsDeadline() throws Exception {
        AtomicBoolean ran = new AtomicBoolean();
        try (TaskScope scope = TaskScope.open("expired", 1, Deadline.after(Duration.ZERO))) {
            scope.fork(() -> ran.getAndSet(true));
            assertThatThrownBy(scope::join).isInstanceOf(TaskScope.TimeoutException.class);
        }
        assertThat(ran).isFalse();
    }

    @Test
    void neverRunsMoreChildrenThanItsWidth() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Semaphore step = new Semaphore(0);
        Thread pace = Thread.startVirtualThread(() -> step.release(50));
        try (TaskScope scope = TaskScope.open("narrow", 3, FAR)) {
            for (int i = 0; i < 50; i++) {
                scope.fork(() -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    step.acquire();
                    return now.decrementAndGet();
                });
            }
            scope.join();
        }
        pace.join();
        assertThat(most.get()).isBetween(1, 3);
    }

    @Test
    void forkWaitsForASlotOnlyUntilTheDeadline() throws Exception {
        try (TaskScope scope = TaskScope.open("full", 1, Deadline.after(Duration.ofMillis(50)))) {
            scope.fork(this::untilInterrupted);
            Subtask<String> second = scope.fork(() -> "never");
            assertThatThrownBy(scope::join).isInstanceOf(TaskScope.TimeoutException.class);
            assertThat(second.state()).isEqualTo(Subtask.State.UNAVAILABLE);
        }
    }

    @Test
    void closeWaitsForChildrenThatDoNotHurry() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        Thread owner = Thread.currentThread();
        try (TaskScope scope = TaskScope.open("stubborn", 1, FAR)) {
            scope.fork(() -> {
                started.countDown();
                untilInterrupted();
                Await.until("the owner waits for it", () -> WAITING.contains(owner.getState()));
                ended.set(true);
                return ended;
            });
            started.await();
        }
        assertThat(ended).isTrue();
    }

    @Test
    void closeKeepsTheOwnersInterrupt() throws Exception {
        try (TaskScope scope = TaskScope.open("interrupted", 1, FAR)) {
            scope.fork(this::untilInterrupted);
            Thread.currentThread().interrupt();
        }
        assertThat(Thread.interrupted()).isTrue();
        assertThat(interrupted.getCount()).isZero();
    }

    @Test
    void interruptingTheOwnerCancelsItsChildren() throws Exception {
        CountDownLatch joining = new CountDownLatch(1);
        AtomicReference<Exception> thrown = new AtomicReference<>();
        Thread owner = Thread.startVirtualThread(() -> {
            try (TaskScope scope = TaskScope.open("owned", 1, FAR)) {
                scope.fork(() -> {
                    joining.countDown();
                    return untilInterrupted();
                });
                scope.join();
            } catch (InterruptedException e) {
                thrown.set(e);
            }
        });
        joining.await();
        owner.interrupt();
        owner.join();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(interrupted.getCount()).isZero();
    }

    @Test
    void cancellingAnOuterScopeEndsTheScopesInside() throws Exception {
        try (TaskScope outer = TaskScope.open("outer", 2, FAR)) {
            CountDownLatch inside = new CountDownLatch(1);
            outer.fork(() -> {
                try (TaskScope inner = TaskScope.open("inner", 1, FAR)) {
                    inner.fork(() -> {
                        inside.countDown();
                        return untilInterrupted();
                    });
                    inner.join();
                }
                return true;
            });
            outer.fork(() -> {
                inside.await();
                throw new IOException("broken");
            });
            assertThatThrownBy(outer::join).isInstanceOf(TaskScope.FailedException.class);
        }
        assertThat(interrupted.getCount()).isZero();
    }

    @Test
    void belongsToTheThreadThatOpenedIt() throws Exception {
        try (TaskScope scope = TaskScope.collecting("owned", 1, FAR)) {
            Subtask<Boolean> fork = scope.fork(() -> refuses(() -> scope.fork(() -> 1)));
            Subtask<Boolean> join = scope.fork(() -> refuses(() -> {
                scope.join();
                return 1;
            }));
            Subtask<Boolean> close = scope.fork(() -> refuses(Executors.callable(scope::close)));
            scope.join();
            assertThat(List.of(fork.get(), join.get(), close.get())).containsOnly(true);
        }
    }

    @Test
    void refusesWorkAfterClose() {
        TaskScope scope = TaskScope.open("closed", 1, FAR);
        scope.close();
        assertThatThrownBy(() -> scope.fork(() -> 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(scope::join).isInstanceOf(IllegalStateException.class);
        scope.close();
    }

    @Test
    void refusesAWidthOfNothing() {
        assertThatThrownBy(() -> TaskScope.open("none", 0, FAR)).isInstanceOf(IllegalArgumentException.class);
    }

    private boolean untilInterrupted() {
        try {
            never.await();
            return false;
        } catch (InterruptedException e) {
            interrupted.countDown();
            return true;
        }
    }

    private static boolean refuses(Callable<?> use) throws Exception {
        try {
            use.call();
            return false;
        } catch (WrongThreadException e) {
            return true;
        }
    }
}
