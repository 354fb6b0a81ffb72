package io.mics.conversation.catchup;

import io.mics.concurrent.CriticalThreads;
import io.mics.conversation.Conversations;
import io.mics.conversation.Conversations.Given;
import io.mics.conversation.Reply;
import io.mics.observe.Log;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what devices were given: of all connections every five seconds, and of one when it has ended; many in
 * one transaction. What is lost of it is given once more. Safe on any thread.
 */
final class CursorWriter implements AutoCloseable {
    static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Duration FLUSH = Duration.ofSeconds(5);

    private static final Log LOG = Log.of(CursorWriter.class);
    private static final int MOST_AT_ONCE = 200;
    /** Connections that have ended, of which it could not be written; of more it is not tried again. */
    private static final int MOST_ENDED = 10_000;

    private final Conversations conversations;
    private final Map<GivenDevice.Key, Set<GivenDevice>> connections = new ConcurrentHashMap<>();
    private final BlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
    /** Used by the thread alone. */
    private final Set<GivenDevice> unwritten = ConcurrentHashMap.newKeySet();

    private final Thread thread;
    private volatile boolean closed;

    /** What is to be done at once. */
    private sealed interface Task {
        record Ended(GivenDevice device) implements Task {}

        record Forget(GivenDevice device) implements Task {}

        record Flush(GivenDevice.Key device, CountDownLatch done) implements Task {}

        record Close() implements Task {}
    }

    CursorWriter(Conversations conversations) {
        this.conversations = conversations;
        this.thread = CriticalThreads.unstarted("device-cursors", this::run);
    }

    void start() {
        thread.start();
    }

    /** From now on its progress is written. */
    void add(GivenDevice device) {
        connections.compute(device.key(), (key, known) -> {
            Set<GivenDevice> all = known == null ? ConcurrentHashMap.newKeySet() : known;
            all.add(device);
            return all;
        });
    }

    /** Its connection has ended: what is left is written. */
    void ended(GivenDevice device) {
        add(new Task.Ended(device), device);
    }

    /** It asks what it missed. */
    void forget(GivenDevice device) {
        add(new Task.Forget(device), device);
    }

    /** While the store is slow, and too much waits for it, what would be written of the device is given once more. */
    private void add(Task task, GivenDevice device) {
        if (tasks.size() < MOST_ENDED) {
            tasks.add(task);
        } else {
            remove(device);
        }
    }

    /** Waits until what this node gave the device by earlier connections is written; a bounded time. */
    void awaitEarlier(GivenDevice device) throws InterruptedException {
        if (connections.getOrDefault(device.key(), Set.of()).size() > 1 && !closed) {
            CountDownLatch done = new CountDownLatch(1);
            tasks.add(new Task.Flush(device.key(), done));
            var unused = done.await(FLUSH.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void run() {
        long next = System.nanoTime() + INTERVAL.toNanos();
        try {
            while (!closed) {
                @Nullable Task task = tasks.poll(Math.max(0, next - System.nanoTime()), TimeUnit.NANOSECONDS);
                List<Task> due = new ArrayList<>();
                if (task != null) {
                    due.add(task);
                    tasks.drainTo(due, MOST_AT_ONCE);
                }
                pass(due);
                if (System.nanoTime() - next >= 0) {
                    next = System.nanoTime() + INTERVAL.toNanos();
                    writeAll();
                }
            }
            pass(List.copyOf(tasks));
            writeAll();
        } catch (InterruptedException e) {
            LOG.debug("device_cursors_ended");
        }
    }

    private void pass(List<Task> due) {
        Map<String, List<GivenDevice>> ended = new HashMap<>();
        List<Task.Flush> flushes = new ArrayList<>();
        for (Task task : due) {
            switch (task) {
                case Task.Ended it ->
                    ended.computeIfAbsent(it.device().tenant(), tenant -> new ArrayList<>())
                            .add(it.device());
                case Task.Forget it -> forgetNow(it.device());
                case Task.Flush it -> flushes.add(it);
                case Task.Close it -> closed = true;
            }
        }
        ended.forEach((tenant, devices) -> {
            boolean written = guarded(tenant, devices);
            for (GivenDevice device : devices) {
                if (written || unwritten.size() >= MOST_ENDED) {
                    remove(device);
                } else {
                    unwritten.add(device);
                }
            }
        });
        for (Task.Flush flush : flushes) {
            var unused =
                    guarded(flush.device().tenant(), List.copyOf(connections.getOrDefault(flush.device(), Set.of())));
            flush.done().countDown();
        }
    }

    private void forgetNow(GivenDevice device) {
        try {
            var unused = conversations.forgetDevice(device.reader(), device.device());
        } catch (RuntimeException e) {
            LOG.error("device_not_forgotten", e, "tenant", device.tenant());
        } finally {
            remove(device); // only now: the next connection waits for it
        }
    }

    private void remove(GivenDevice device) {
        connections.computeIfPresent(device.key(), (key, all) -> {
            all.remove(device);
            return all.isEmpty() ? null : all;
        });
    }

    private void writeAll() {
        Map<String, List<GivenDevice>> byTenant = new HashMap<>();
        connections.forEach((key, devices) -> byTenant.computeIfAbsent(key.tenant(), tenant -> new ArrayList<>())
                .addAll(devices));
        byTenant.forEach((tenant, devices) -> {
            if (guarded(tenant, devices)) {
                devices.stream().filter(unwritten::remove).forEach(this::remove);
            }
        });
    }

    private boolean guarded(String tenant, List<GivenDevice> devices) {
        try {
            return write(tenant, devices);
        } catch (RuntimeException e) {
            LOG.error("device_cursors_failed", e, "tenant", tenant);
            return false;
        }
    }

    /** Whether all of it is written; after a batch that is not, only what was taken before is tried. */
    private boolean write(String tenant, List<GivenDevice> devices) {
        boolean all = true;
        List<Given> batch = new ArrayList<>();
        List<GivenDevice> of = new ArrayList<>();
        for (GivenDevice device : devices) {
            if (!all) {
                break;
            }
            for (Given given : device.take()) {
                batch.add(given);
                of.add(device);
                if (batch.size() == MOST_AT_ONCE) {
                    all &= write(tenant, batch, of);
                }
            }
        }
        return (batch.isEmpty() || write(tenant, batch, of)) && all;
    }

    /** Empties both. */
    private boolean write(String tenant, List<Given> batch, List<GivenDevice> of) {
        boolean written = false;
        try {
            written = conversations.advance(tenant, List.copyOf(batch)) instanceof Reply.Ok<Boolean>;
        } finally {
            for (int i = 0; i < batch.size() && !written; i++) {
                of.get(i).giveBack(List.of(batch.get(i)));
            }
            batch.clear();
            of.clear();
        }
        return written;
    }

    /** Writes what is left, for ten seconds at most, and ends. */
    @Override
    public void close() {
        tasks.add(new Task.Close());
        try {
            if (!thread.join(FLUSH.multipliedBy(2))) {
                thread.interrupt();
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
