package io.mics.httpclient;

import io.mics.concurrent.Deadline;
import io.mics.concurrent.Subtask;
import io.mics.concurrent.TaskScope;
import io.mics.httpclient.AddressLookup.BusyException;
import io.mics.httpclient.AddressRule.ForbiddenException;
import io.mics.httpclient.ConnectionInput.EndedException;
import io.mics.httpclient.ConnectionInput.MalformedException;
import io.mics.httpclient.Destination.Origin;
import io.mics.httpclient.Dialer.Dialled;
import io.mics.httpclient.HttpOutcome.Cut;
import io.mics.httpclient.HttpOutcome.Unanswered;
import io.mics.httpclient.HttpOutcome.Why;
import io.mics.httpclient.ResponseBudget.NoRoomException;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.hc.core5.http.HttpException;
import org.jspecify.annotations.Nullable;

/**
 * Calls over HTTP/1.1 on persistent connections that are used again. The deadline holds for the whole call, look-up,
 * connecting and a backend that answers a byte at a time included.
 *
 * <p>Nothing that a call did not ask for is its answer: a connection with unread bytes, or whose server has closed it,
 * is not used again. A call whose reused connection ended without a byte of answer is made again on a new one, unless
 * it is {@linkplain HttpCall#once() to be made once}: most likely the server closed it before it saw the call, but that
 * cannot be known.
 *
 * <p>Hooks are asked under one id, so that a second call does no harm; a webhook that is {@code at-most-once} is not
 * called again.
 */
public final class ConnectionPool implements AutoCloseable {
    private static final int REQUEST_TIMEOUT = 408;
    /** Look-ups of this pool in flight at one time. */
    static final int MAX_LOOKUPS = 8;

    /** Origins whose last address is remembered. */
    static final int MAX_REACHED = 64;

    private final HttpClient client;
    private final Supplier<? extends AddressRule> rules;
    private final TrustStore trust;
    private final IdleConnections idle;
    private final Map<Origin, InetAddress> reached = new ConcurrentHashMap<>();
    private final Semaphore lookups = new Semaphore(MAX_LOOKUPS);
    private volatile boolean closed;

    ConnectionPool(HttpClient client, Supplier<? extends AddressRule> rules, TrustStore trust) {
        this.client = client;
        this.rules = rules;
        this.trust = trust;
        this.idle = new IdleConnections(client.settings(), client.idle());
    }

    /**
     * Makes one call; returns soon after the deadline at the latest.
     *
     * @throws InterruptedException when the caller was interrupted; the call is then abandoned
     */
    public HttpOutcome call(HttpCall call, Deadline deadline) throws InterruptedException {
        return Thread.currentThread().isVirtual() ? calledHere(call, deadline) : calledAside(call, deadline);
    }

    /** An interrupt ends what a virtual thread blocks on; a platform thread would stay in its read. */
    private HttpOutcome calledAside(HttpCall call, Deadline deadline) throws InterruptedException {
        try (TaskScope scope = TaskScope.open("http-call", 1, Deadline.NEVER)) {
            Subtask<HttpOutcome> result = scope.fork(() -> calledHere(call, deadline));
            scope.join();
            return result.get();
        }
    }

    private HttpOutcome calledHere(HttpCall call, Deadline deadline) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        AddressRule rule = rules.get();
        Origin origin = call.to().origin();
        Connection idleConnection = idle.take(origin, rule);
        if (idleConnection != null) {
            Optional<HttpOutcome> outcome = exchange(idleConnection, call, deadline, origin, true);
            if (outcome.isPresent()) {
                return outcome.get();
            }
        }
        if (closed) {
            return notCalled(call, "it was taken out of use");
        }
        try {
            Dialled dialled = client.dialer().dial(call.to(), rule, trust, deadline, lookups, reached.get(origin));
            remember(origin, dialled.address());
            return exchange(dialled.connection(), call, deadline, origin, false).orElseThrow();
        } catch (TimeoutException e) {
            return late(call, 0);
        } catch (ForbiddenException e) {
            return notCalled(call, e.getMessage());
        } catch (BusyException e) {
            return new Unanswered(Why.NO_ROOM, call.to().shown() + " was not called: " + e.getMessage());
        } catch (IOException e) {
            return closed
                    ? notCalled(call, "it was taken out of use")
                    : deadline.expired() ? late(call, 0) : failed(call, 0, e);
        }
    }

    private void remember(Origin origin, InetAddress address) {
        if (!address.equals(reached.put(origin, address)) && reached.size() > MAX_REACHED) {
            reached.clear(); // a hint, no more
        }
    }

    private static Unanswered notCalled(HttpCall call, @Nullable String why) {
        return new Unanswered(Why.FORBIDDEN, call.to().shown() + " was not called: " + why);
    }

    /** What came of the call; nothing when it is to be made again on a new connection. */
    private Optional<HttpOutcome> exchange(
            Connection connection, HttpCall call, Deadline deadline, Origin origin, boolean reused)
            throws InterruptedException {
        connection.begin(deadline);
        Exchange exchange = new Exchange(connection, call, deadline, client.budget(), client.bodies());
        boolean reusable = false;
        try {
            HttpOutcome outcome = exchange.run();
            boolean late = reused && exchange.status() == REQUEST_TIMEOUT;
            reusable = exchange.reusable() && !late;
            return late ? Optional.empty() : Optional.of(outcome);
        } catch (NoRoomException e) {
            String cause = "no room among the bytes of answers being read for one from "
                    + call.to().shown();
            return Optional.of(broken(exchange.status(), Why.NO_ROOM, cause));
        } catch (IOException | HttpException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (deadline.expired()) {
                return Optional.of(late(call, exchange.status()));
            }
            boolean again = reused && !call.isMadeOnce() && !connection.in().begun();
            return again ? Optional.empty() : Optional.of(failed(call, exchange.status(), e));
        } finally {
            if (reusable && !closed) {
                idle.give(origin, connection, exchange.idleNanos());
                if (closed) {
                    idle.close();
                }
            } else {
                connection.close();
            }
        }
    }

    private static HttpOutcome late(HttpCall call, int status) {
        return broken(status, Why.TIMEOUT, "no answer in time from " + call.to().shown());
    }

    private static HttpOutcome broken(int status, Why why, String cause) {
        return status == 0 ? new Unanswered(why, cause) : new Cut(status, why, cause);
    }

    /** The text of an HTTP parser may quote the answer, so only messages that are known not to are used. */
    private static HttpOutcome failed(HttpCall call, int status, Exception failure) {
        String url = call.to().shown();
        if (failure instanceof EndedException) {
            return status == 0
                    ? new Unanswered(Why.NETWORK, "connection closed without an answer at " + url)
                    : new Cut(status, Why.NETWORK, "answer cut short by " + url);
        }
        if (ConnectionFailure.isOfConnection(failure)) {
            return broken(status, Why.NETWORK, ConnectionFailure.inWords(failure) + " at " + url);
        }
        String what = failure instanceof MalformedException
                ? failure.getMessage()
                : failure.getClass().getSimpleName();
        return broken(status, Why.GARBLED, "no proper HTTP answer (" + what + ") at " + url);
    }

    /** The origins whose last address is remembered. */
    int remembered() {
        return reached.size();
    }

    void closeOverdue(long nowNanos) {
        idle.closeOverdue(nowNanos);
    }

    /** Closes idle connections now and those in use when their calls end; calls nobody any more. */
    @Override
    public void close() {
        closed = true;
        client.remove(this);
        idle.close();
    }
}
