package io.mics.httpclient;

import io.mics.concurrent.Deadline;
import io.mics.concurrent.FatalErrors;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Host name look-ups that a caller need not wait for. The system's own look-up cannot be interrupted, so each runs on a
 * daemon thread, one per name at a time, and callers wait for it interruptibly; the JDK remembers what it found.
 */
final class AddressLookup {
    private final ConcurrentMap<String, FutureTask<List<InetAddress>>> inFlight = new ConcurrentHashMap<>();
    private final Resolver resolver;

    /** The look-up that blocks. */
    interface Resolver {
        InetAddress[] allByName(String host) throws UnknownHostException;
    }

    AddressLookup(Resolver resolver) {
        this.resolver = resolver;
    }

    /** Too many look-ups are in flight for another to begin. */
    static final class BusyException extends IOException {
        BusyException() {
            super("too many host names are being looked up");
        }
    }

    /**
     * Every address of a host, those of both families in turns, beginning with the one the system names first.
     *
     * @param own permits for the look-ups begun here; one is held until the look-up ends, whether or not anybody waits
     * @throws UnknownHostException when there is none
     * @throws BusyException        when no permit is left
     * @throws TimeoutException     when the deadline passed first
     */
    List<InetAddress> find(String host, Deadline deadline, Semaphore own)
            throws UnknownHostException, BusyException, InterruptedException, TimeoutException {
        if (isLiteral(host)) {
            return List.of(literal(host));
        }
        try {
            return inTurns(lookUp(host, own).get(deadline.remainingNanos(), TimeUnit.NANOSECONDS));
        } catch (ExecutionException e) {
            FatalErrors.check(e);
            UnknownHostException unknown = new UnknownHostException(host);
            unknown.initCause(e);
            throw unknown;
        }
    }

    /** So that a family the network does not carry costs one attempt, not as many as it has addresses. */
    static List<InetAddress> inTurns(List<InetAddress> found) {
        boolean ipv6First = found.getFirst() instanceof Inet6Address;
        Iterator<InetAddress> first = ofFamily(found, ipv6First).iterator();
        Iterator<InetAddress> second = ofFamily(found, !ipv6First).iterator();
        List<InetAddress> all = new ArrayList<>(found.size());
        while (first.hasNext() || second.hasNext()) {
            if (first.hasNext()) {
                all.add(first.next());
            }
            if (second.hasNext()) {
                all.add(second.next());
            }
        }
        return all;
    }

    private static List<InetAddress> ofFamily(List<InetAddress> found, boolean ipv6) {
        return found.stream()
                .filter(address -> address instanceof Inet6Address == ipv6)
                .toList();
    }

    private FutureTask<List<InetAddress>> lookUp(String host, Semaphore own) throws BusyException {
        FutureTask<List<InetAddress>> known = inFlight.get(host);
        if (known != null) {
            return known;
        }
        if (!own.tryAcquire()) {
            throw new BusyException();
        }
        FutureTask<List<InetAddress>> mine = new FutureTask<>(() -> {
            try {
                return List.of(resolver.allByName(host));
            } finally {
                inFlight.remove(host);
                own.release();
            }
        });
        FutureTask<List<InetAddress>> others = inFlight.putIfAbsent(host, mine);
        if (others != null) {
            own.release();
            return others;
        }
        boolean started = false;
        try {
            Thread.ofPlatform().daemon().name("lookup-" + host).start(mine);
            started = true;
        } finally {
            if (!started) {
                inFlight.remove(host);
                own.release();
            }
        }
        return mine;
    }

    /** Named as it is written: TLS would look for a name by itself, and ask for that name's certificate. */
    private static InetAddress literal(String host) throws UnknownHostException {
        InetAddress address = InetAddress.getByName(host);
        return address instanceof Inet6Address ipv6 && ipv6.getScopeId() != 0
                ? Inet6Address.getByAddress(host, ipv6.getAddress(), ipv6.getScopeId())
                : InetAddress.getByAddress(host, address.getAddress());
    }

    /** An address needs no look-up: IPv6 has colons, IPv4 only digits and dots. */
    private static boolean isLiteral(String host) {
        return host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }
}
