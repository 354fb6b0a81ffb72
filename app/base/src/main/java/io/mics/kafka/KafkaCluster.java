package io.mics.kafka;

import io.mics.concurrent.CriticalThreads;
import io.mics.concurrent.FatalErrors;
import io.mics.observe.Log;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.jspecify.annotations.Nullable;

/**
 * The brokers as a whole: whether any of them answers. A topic that fails while they answer fails by itself; while none
 * answers, everything waits and nothing is given up. Its one virtual thread makes the clients, and asks the brokers
 * only when somebody doubts them.
 *
 * <p>Which of the two it is, is found by asking the brokers: only a topic's own failure uses attempts up, and after
 * three in a row the topic is parked and tried with one event at a time, while what is queued behind waits.
 */
final class KafkaCluster implements AutoCloseable {
    private static final Log LOG = Log.of(KafkaCluster.class);
    private static final long PROBE_SECONDS = 2;
    private static final long PAUSE_MS = 250;
    private static final long OPEN_PAUSE_MS = 1_000;

    private final KafkaProducerSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread watch;
    private @Nullable KafkaClients clients;
    private String cause = "not connected yet";
    private long asked = 1;
    private long probed;
    private boolean closed;

    KafkaCluster(KafkaProducerSettings settings) {
        this.settings = settings;
        this.watch = CriticalThreads.unstarted("kafka-watch", this::watch);
    }

    KafkaCluster start() {
        watch.start();
        return this;
    }

    /** Waits until the brokers answer, as far as is known. */
    KafkaClients await() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            KafkaClients open = clients;
            while (open == null || !cause.isEmpty()) {
                refuseClosed();
                changed.await();
                open = clients;
            }
            return open;
        } finally {
            lock.unlock();
        }
    }

    /** The clients, if brokers answer as far as is known. */
    Optional<KafkaClients> clients() {
        lock.lock();
        try {
            return cause.isEmpty() ? Optional.ofNullable(clients) : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Asks the brokers, and says whether one of them answers. */
    boolean answers() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long mine = ++asked;
            changed.signalAll();
            while (probed < mine) {
                refuseClosed();
                changed.await();
            }
            return cause.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private void refuseClosed() throws InterruptedException {
        if (closed) {
            throw new InterruptedException("closed");
        }
    }

    /** Why no broker answers, as far as is known; empty when one does. */
    Optional<String> unavailable() {
        lock.lock();
        try {
            return cause.isEmpty() ? Optional.empty() : Optional.of(cause);
        } finally {
            lock.unlock();
        }
    }

    private void watch() {
        try {
            KafkaClients open = open();
            while (true) {
                long upTo = awaitDoubt();
                String problem = probeOrSay(open);
                note(problem, upTo);
                if (!problem.isEmpty()) {
                    Thread.sleep(PAUSE_MS);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("kafka_watch_ended");
        }
    }

    /** A defect must not end the watch: workers wait for what it says. */
    private String probeOrSay(KafkaClients open) throws InterruptedException {
        try {
            return probe(open);
        } catch (RuntimeException e) {
            LOG.error("kafka_check_failed", e);
            return "" + e;
        }
    }

    private KafkaClients open() throws InterruptedException {
        while (true) {
            try {
                KafkaClients open = KafkaClients.open(settings);
                lock.lock();
                try {
                    clients = open;
                } finally {
                    lock.unlock();
                }
                return open;
            } catch (KafkaException e) {
                FatalErrors.check(e); // the client library wraps errors
                note(reason(e), asked());
                Thread.sleep(OPEN_PAUSE_MS);
            }
        }
    }

    /** What lies at the bottom: the client library only says that it failed to make a client. */
    private static String reason(Throwable failure) {
        Throwable deepest = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            deepest = cause;
        }
        return "" + deepest.getMessage();
    }

    private long asked() {
        lock.lock();
        try {
            return asked;
        } finally {
            lock.unlock();
        }
    }

    private long awaitDoubt() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (cause.isEmpty() && asked == probed) {
                changed.await();
            }
            return asked;
        } finally {
            lock.unlock();
        }
    }

    private static String probe(KafkaClients clients) throws InterruptedException {
        try {
            boolean none = clients.admin()
                    .describeCluster()
                    .nodes()
                    .get(PROBE_SECONDS, TimeUnit.SECONDS)
                    .isEmpty();
            return none ? "no broker" : "";
        } catch (TimeoutException e) {
            return "no broker answers";
        } catch (ExecutionException e) {
            return e.getCause() instanceof AuthenticationException refused
                    ? "the brokers do not let us in: " + refused.getMessage()
                    : "no broker answers: " + e.getCause();
        }
    }

    private void note(String problem, long upTo) {
        boolean wasUnavailable;
        lock.lock();
        try {
            wasUnavailable = !cause.isEmpty() && probed > 0;
            cause = problem;
            probed = upTo;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (wasUnavailable && problem.isEmpty()) {
            LOG.info("kafka_available");
        } else if (!wasUnavailable && !problem.isEmpty()) {
            LOG.warn("kafka_unavailable", "cause", problem);
        }
    }

    @Override
    public void close() {
        watch.interrupt();
        lock.lock();
        try {
            closed = true;
            cause = "closed";
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            watch.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        KafkaClients open = clients;
        if (open != null) {
            open.close();
        }
    }
}
