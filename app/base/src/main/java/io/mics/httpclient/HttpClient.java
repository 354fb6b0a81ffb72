package io.mics.httpclient;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * What all outgoing HTTP of a node shares: the bound on answers being read, the bound on idle connections, look-ups and
 * deadlines. Calls are made by a {@link ConnectionPool}. Opens no connection and starts no thread before the first
 * call.
 */
public final class HttpClient implements AutoCloseable {
    private final HttpClientSettings settings;
    private final ResponseBudget budget;
    private final BodyBufferPool bodies;
    private final Set<ConnectionPool> pools = ConcurrentHashMap.newKeySet();
    private final AtomicInteger idle = new AtomicInteger();
    private final DeadlineWatchdog watchdog = new DeadlineWatchdog(this::closeOverdue);
    private final Dialer dialer = new Dialer(watchdog);

    public HttpClient(HttpClientSettings settings) {
        this.settings = settings;
        this.budget = new ResponseBudget(settings.answerBytes());
        this.bodies = new BodyBufferPool(settings.reusableBytes());
    }

    /** A client with the default bounds, for a tool that makes a few calls. */
    public static HttpClient ofDefaults() {
        return new HttpClient(HttpClientSettings.defaults(Runtime.getRuntime().maxMemory()));
    }

    /**
     * Connections that nobody else uses.
     *
     * @param rules asked at each call which addresses may be connected to
     * @param trust whose certificates are accepted
     */
    public ConnectionPool pool(Supplier<? extends AddressRule> rules, TrustStore trust) {
        ConnectionPool pool = new ConnectionPool(this, rules, trust);
        pools.add(pool);
        return pool;
    }

    /** Bytes of answers that are being read or about to be. */
    public long answerBytes() {
        return budget.used();
    }

    /** Forgets what a tenant's answers were accounted to; what is being read is given back all the same. */
    public void forget(String tenant) {
        budget.forget(tenant);
    }

    /** The body of an answer that nobody uses any more; it is used for another. */
    public void reuse(byte[] body) {
        bodies.give(body);
    }

    BodyBufferPool bodies() {
        return bodies;
    }

    HttpClientSettings settings() {
        return settings;
    }

    ResponseBudget budget() {
        return budget;
    }

    Dialer dialer() {
        return dialer;
    }

    /** The idle connections of all pools. */
    AtomicInteger idle() {
        return idle;
    }

    void remove(ConnectionPool pool) {
        pools.remove(pool);
    }

    private void closeOverdue() {
        long now = System.nanoTime();
        pools.forEach(pool -> pool.closeOverdue(now));
    }

    /** Closes every connection; calls in flight end. */
    @Override
    public void close() {
        pools.forEach(ConnectionPool::close);
        watchdog.close();
    }
}
