package io.mics.hook.http;

import io.helidon.webclient.api.DnsAddressLookup;
import io.helidon.webclient.spi.DnsResolver;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Host name look-ups that a caller can walk away from. The system's own look-up cannot be interrupted, so each runs on
 * a daemon thread, one per name at a time, and callers wait for it interruptibly; the JDK remembers what it found.
 */
final class SharedLookup implements DnsResolver {
    private final ConcurrentMap<String, FutureTask<InetAddress>> underWay = new ConcurrentHashMap<>();

    @Override
    public InetAddress resolveAddress(String host, DnsAddressLookup ignored) {
        try {
            return isLiteral(host) ? InetAddress.getByName(host) : lookUp(host).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new InterruptedIOException("look-up of " + host + " abandoned"));
        } catch (ExecutionException | IOException e) {
            throw new UncheckedIOException(new IOException("unknown host " + host, e));
        }
    }

    private FutureTask<InetAddress> lookUp(String host) {
        return underWay.computeIfAbsent(host, name -> {
            FutureTask<InetAddress> task = new FutureTask<>(() -> {
                try {
                    return InetAddress.getByName(name);
                } finally {
                    underWay.remove(name);
                }
            });
            Thread.ofPlatform().daemon().name("lookup-" + name).start(task);
            return task;
        });
    }

    /** An address needs no look-up: IPv6 has colons, IPv4 only digits and dots. */
    private static boolean isLiteral(String host) {
        return host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }
}
