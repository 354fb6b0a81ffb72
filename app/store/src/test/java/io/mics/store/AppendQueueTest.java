package io.mics.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.conversation.NewMessage;
import io.mics.protocol.ConversationRef;
import io.mics.store.AppendQueue.Append;
import io.mics.testing.Await;
import java.util.AbstractList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AppendQueueTest {
    private final AppendQueue queue = new AppendQueue(1, 1 << 20);
    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    private static Append append(String id) {
        NewMessage message = Messages.message("t", ConversationRef.ofUsers("a", "b"), "a", id, "x");
        return new Append(message, outcome -> {}, System.nanoTime(), TimeUnit.SECONDS.toNanos(50));
    }

    /** Nothing to give back, which the queue finds out under its lock, when it may. */
    private final class Holding extends AbstractList<Append> {
        @Override
        public Append get(int index) {
            throw new IndexOutOfBoundsException(index);
        }

        @Override
        public int size() {
            return 0;
        }

        @Override
        public Iterator<Append> iterator() {
            held.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return List.<Append>of().iterator();
        }
    }

    @Test
    void whoIsInterruptedWhileTheQueueIsClosedIsRefused() throws InterruptedException {
        assertThat(queue.add(append("m0"))).isTrue();
        AtomicReference<String> added = new AtomicReference<>("");
        Thread adding = Thread.ofPlatform().start(() -> {
            try {
                added.set("" + queue.add(append("m1")));
            } catch (InterruptedException e) {
                added.set("interrupted");
            }
        });
        Await.until("it waits for room", () -> adding.getState() == Thread.State.TIMED_WAITING);
        Thread holding = Thread.ofPlatform().start(() -> queue.release(new Holding()));
        held.await();
        // those that wait for the lock get it in their order: closing first, taking back what waits second
        Thread closing = Thread.ofPlatform().start(queue::close);
        Await.until("closing waits", () -> closing.getState() == Thread.State.WAITING);
        adding.interrupt();
        Await.until("taking back waits", () -> adding.getState() == Thread.State.WAITING);
        release.countDown();
        for (Thread thread : List.of(holding, closing, adding)) {
            thread.join();
        }
        assertThat(added).hasValue("false");
    }
}
