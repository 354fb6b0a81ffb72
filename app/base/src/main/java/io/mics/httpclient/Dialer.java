package io.mics.httpclient;

import io.mics.concurrent.Deadline;
import io.mics.httpclient.AddressRule.ForbiddenException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections: every address of the host is tried, and all of them once more, as long as the deadline allows.
 * Each attempt has an equal part of the time that is left, so that an address that never answers leaves some to the
 * next.
 */
final class Dialer {
    private static final int ROUNDS = 2;

    private final AddressLookup lookup = new AddressLookup(InetAddress::getAllByName);
    private final DeadlineWatchdog watchdog;

    /** A connection and the address it leads to. */
    record Dialled(Connection connection, InetAddress address) {}

    Dialer(DeadlineWatchdog watchdog) {
        this.watchdog = watchdog;
    }

    /**
     * Connects.
     *
     * @param lookups permits for look-ups in flight, of whoever calls
     * @param last    the address that was reached the last time, tried first
     * @throws TimeoutException when the deadline passed
     * @throws IOException      why the last attempt failed
     */
    Dialled dial(
            Destination to,
            AddressRule rule,
            TrustStore trust,
            Deadline deadline,
            Semaphore lookups,
            @Nullable InetAddress last)
            throws IOException, InterruptedException, TimeoutException {
        List<InetAddress> found = lookup.find(to.host(), deadline, lookups);
        List<InetAddress> addresses = first(rule.allowed(to.host(), found), last);
        int attempts = ROUNDS * addresses.size();
        IOException failure = new ConnectException("no address");
        for (int i = 0; i < attempts && !deadline.expired(); i++) {
            InetAddress address = addresses.get(i % addresses.size());
            Duration share = Duration.ofNanos(deadline.remainingNanos() / (attempts - i));
            try {
                Connection connection = Connection.connect(
                        address, to.port(), rule, Deadline.after(share).earlier(deadline), watchdog);
                return new Dialled(to.secure() ? secured(connection, to, trust, deadline) : connection, address);
            } catch (IOException e) {
                if (Thread.interrupted()) { // of a handshake, TLS makes an exception of its own of that
                    throw new InterruptedException();
                }
                if (e instanceof SSLException || e instanceof ForbiddenException) {
                    throw e;
                }
                failure = e;
            }
        }
        if (deadline.expired()) {
            throw new TimeoutException();
        }
        throw failure;
    }

    private static Connection secured(Connection connection, Destination to, TrustStore trust, Deadline deadline)
            throws IOException {
        boolean secured = false;
        try {
            connection.secure(trust, to.host(), to.port(), deadline);
            secured = true;
            return connection;
        } finally {
            if (!secured) {
                connection.close();
            }
        }
    }

    private static List<InetAddress> first(List<InetAddress> addresses, @Nullable InetAddress last) {
        if (last == null || addresses.getFirst().equals(last) || !addresses.contains(last)) {
            return addresses;
        }
        List<InetAddress> ordered = new ArrayList<>(addresses);
        ordered.remove(last);
        ordered.addFirst(last);
        return ordered;
    }
}
