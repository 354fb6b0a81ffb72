package io.mics.hook.http;

import io.helidon.webclient.api.DnsAddressLookup;
import io.helidon.webclient.spi.DnsResolver;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Host name look-ups that a caller can walk away from. The system's own look-up cannot be interrupted, so each runs on
 * a daemon thread, one per name at a time, and callers wait for it interruptibly; the JDK remembers what it found.
 */
final class SharedLookup implements DnsResolver {
    private final ConcurrentMap<String, FutureTask<List<InetAddress>>> underWay = new ConcurrentHashMap<>();
    private final AddressRule rule;

    /** Look-ups of which {@code rule} takes its choice. */
    SharedLookup(AddressRule rule) {
        this.rule = rule;
    }

    @Override
    public InetAddress resolveAddress(String host, DnsAddressLookup ignored) {
        try {
            List<InetAddress> found =
                    isLiteral(host) ? List.of(literal(host)) : lookUp(host).get();
            return rule.choose(host, found);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new InterruptedIOException("look-up of " + host + " abandoned"));
        } catch (AddressRule.ForbiddenException e) {
            throw new UncheckedIOException(e);
        } catch (ExecutionException | IOException e) {
            throw new UncheckedIOException(new IOException("unknown host " + host, e));
        }
    }

    private FutureTask<List<InetAddress>> lookUp(String host) {
        return underWay.computeIfAbsent(host, name -> {
            FutureTask<List<InetAddress>> task = new FutureTask<>(() -> {
                try {
                    return List.of(InetAddress.getAllByName(name));
                } finally {
                    underWay.remove(name);
                }
            });
            Thread.ofPlatform().daemon().name("lookup-" + name).start(task);
            return task;
        });
    }

    /** Named as it is written: TLS would look for a name by itself, and ask for that name's certificate. */
    private static InetAddress literal(String host) throws UnknownHostException {
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return InetAddress.getByAddress(bare, InetAddress.getByName(bare).getAddress());
    }

    /** An address needs no look-up: IPv6 has colons, IPv4 only digits and dots. */
    private static boolean isLiteral(String host) {
        return host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }
}
