package io.mics.listener;

import io.mics.address.LimitKey;
import io.mics.observe.Counter;
import io.mics.observe.Log;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one address may take: an IPv4 address, or the /64 an IPv6 address is in. Peers on this machine and trusted
 * proxies are not limited; whom a proxy names as its client is. Of at most {@value #ADDRESSES_MAX} addresses at one
 * time; where more are connected, those that came last are not limited. Safe on any thread.
 *
 * <p>Peers on this machine are load tests and proxies, which connect from one address. An address over its limit gets
 * its reason after the upgrade (close code 4429); over it by as much again, its sockets are closed unanswered.
 */
public final class AddressLimits {
    private static final Log LOG = Log.of(AddressLimits.class);
    static final int ADDRESSES_MAX = 1 << 16;
    private static final long FORGET_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(1);
    private static final int BURST_SECONDS = 2;
    private static final long SWEEP_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** Between two searches of a full table. */
    private static final long ROOM_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Supplier<AddressSettings> settings;
    private final Counter refused;
    private final Counter dropped;
    private final LongSupplier clock;
    private final Map<Long, Entry> entries = new ConcurrentHashMap<>();
    private final AtomicLong nextRoomAt;

    /** Limits that follow {@code settings} while running; {@code timer} forgets addresses that have been away long. */
    public static AddressLimits start(Supplier<AddressSettings> settings, Metrics metrics, Timer timer) {
        return start(settings, metrics, timer, System::nanoTime);
    }

    static AddressLimits start(Supplier<AddressSettings> settings, Metrics metrics, Timer timer, LongSupplier clock) {
        AddressLimits limits = new AddressLimits(settings, metrics, clock);
        var unused = timer.schedule(now -> limits.sweep(), SWEEP_NANOS);
        return limits;
    }

    private AddressLimits(Supplier<AddressSettings> settings, Metrics metrics, LongSupplier clock) {
        this.settings = settings;
        this.refused = metrics.counter(Metric.CONNECTIONS_REFUSED, "address_limit");
        this.dropped = metrics.counter(Metric.CONNECTIONS_REFUSED, "address_dropped");
        this.clock = clock;
        this.nextRoomAt = new AtomicLong(clock.getAsLong());
    }

    AddressSettings settings() {
        return settings.get();
    }

    /** What came of a new socket. */
    enum Entrance {
        ADMITTED,
        /** Its WebSocket is closed with 4429. */
        REFUSED,
        /** Closed at once: it was refused so often that answers would be too much. */
        DROPPED
    }

    /** One address's share; its methods hold its own lock, a leaf, for a few moves. */
    final class Entry {
        private final InetAddress address;
        private int connections;
        private double connects;
        private long connectsAt;
        private double failures;
        private long failuresAt;
        private int delays;
        private long blockedUntil;
        private String reason = "";

        private Entry(InetAddress address, long now) {
            this.address = address;
            connects = (double) BURST_SECONDS * settings().connectsPerSecond();
            connectsAt = now;
            failures = settings().failedAuthsPerMinute();
            failuresAt = now;
            blockedUntil = now;
        }

        /** A socket more. */
        Entrance enter() {
            AddressSettings limits = settings();
            long now = clock.getAsLong();
            synchronized (this) {
                connections++;
                double burst = (double) BURST_SECONDS * limits.connectsPerSecond();
                connects = Math.min(burst, connects + (now - connectsAt) / 1e9 * limits.connectsPerSecond());
                connectsAt = now;
                // a debt of another burst is where answering ends
                connects = Math.max(-burst - 1, connects - 1);
                if (over(connections, limits.connections())) {
                    reason = "too many connections from this address";
                    return over(connections, 2L * limits.connections()) ? Entrance.DROPPED : Entrance.REFUSED;
                }
                if (limits.connectsPerSecond() > 0 && connects < 0) {
                    reason = "too many new connections from this address; reconnect=1000ms";
                    return connects < -burst ? Entrance.DROPPED : Entrance.REFUSED;
                }
                if (blockedUntil - now > 0) {
                    reason = "too many failed logins from this address; reconnect="
                            + TimeUnit.NANOSECONDS.toMillis(blockedUntil - now + 999_999) + "ms";
                    return Entrance.REFUSED;
                }
                return Entrance.ADMITTED;
            }
        }

        private static boolean over(long count, long limit) {
            return limit > 0 && count > limit;
        }

        String reason() {
            synchronized (this) {
                return reason;
            }
        }

        /** A socket less. */
        void leave() {
            synchronized (this) {
                connections--;
            }
        }

        /** A login failed; too many make each further one wait, twice as long each time. */
        void authFailed() {
            int perMinute = settings().failedAuthsPerMinute();
            long now = clock.getAsLong();
            long delay = 0;
            synchronized (this) {
                failures = Math.min(perMinute, failures + (now - failuresAt) / 60e9 * perMinute);
                if (now - Math.max(failuresAt, blockedUntil) > FORGET_NANOS) {
                    delays = 0;
                }
                failuresAt = now;
                if (perMinute > 0 && --failures < 0) {
                    failures = 0;
                    delay = Math.min(LONGEST_DELAY.toNanos(), TimeUnit.SECONDS.toNanos(1) << Math.min(delays, 6));
                    delays++;
                    blockedUntil = now + delay;
                }
            }
            if (delay > 0) {
                LOG.warn("address_delayed", "address", address.getHostAddress(), "ms", delay / 1_000_000);
            }
        }

        private boolean isForgotten(long now) {
            synchronized (this) {
                return connections == 0
                        && now - blockedUntil > FORGET_NANOS
                        && now - failuresAt > FORGET_NANOS
                        && now - connectsAt > TimeUnit.SECONDS.toNanos(BURST_SECONDS);
            }
        }

        private boolean isUnused(long now) {
            synchronized (this) {
                return connections == 0 && now - blockedUntil > 0;
            }
        }
    }

    /** The share of an address; none for peers on this machine, or where the table is full. */
    Optional<Entry> entry(InetAddress address) {
        if (address.isLoopbackAddress()) {
            return Optional.empty();
        }
        long key = LimitKey.of(address);
        @Nullable Entry known = entries.get(key);
        if (known == null) {
            long now = clock.getAsLong();
            if (entries.size() >= ADDRESSES_MAX && !makesRoom(now)) {
                return Optional.empty();
            }
            known = entries.computeIfAbsent(key, k -> new Entry(address, now));
        }
        return Optional.of(known);
    }

    /** Counts and logs a socket that was not admitted. */
    void refused(Entry entry, Entrance how) {
        (how == Entrance.DROPPED ? dropped : refused).increment();
        LOG.warn("address_limited", "address", entry.address.getHostAddress(), "reason", entry.reason());
    }

    /** Addresses of which something is remembered. */
    int known() {
        return entries.size();
    }

    /** Forgets what no longer matters, and then what matters least; not for every socket, since it looks at all. */
    private boolean makesRoom(long now) {
        long next = nextRoomAt.get();
        if (now - next < 0 || !nextRoomAt.compareAndSet(next, now + ROOM_NANOS)) {
            return false;
        }
        entries.values().removeIf(entry -> entry.isForgotten(now));
        if (entries.size() >= ADDRESSES_MAX) {
            entries.values().removeIf(entry -> entry.isUnused(now));
        }
        return entries.size() < ADDRESSES_MAX;
    }

    /** Forgets addresses that have been away for long; answers with nanoseconds until the next sweep. */
    private long sweep() {
        long now = clock.getAsLong();
        entries.values().removeIf(entry -> entry.isForgotten(now));
        return SWEEP_NANOS;
    }
}
