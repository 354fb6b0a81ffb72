package io.mics.sdk.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a handler was given, in order, for a test to wait for. */
final class Seen<T> {
    private final BlockingQueue<T> queue = new LinkedBlockingQueue<>();

    void add(T one) {
        queue.add(one);
    }

    T next() throws InterruptedException {
        T one = queue.poll(30, TimeUnit.SECONDS);
        assertThat(one).as("nothing came").isNotNull();
        return one;
    }

    List<T> next(int count) throws InterruptedException {
        List<T> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(next());
        }
        return all;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }
}
