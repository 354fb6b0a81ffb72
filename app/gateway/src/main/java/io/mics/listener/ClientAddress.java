package io.mics.listener;

import io.helidon.http.Headers;
import io.mics.listener.AddressLimits.Entrance;
import io.mics.listener.AddressLimits.Entry;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the far end of a socket: the peer itself, or whom a trusted proxy names as its client; and that address's
 * share of the limits.
 */
public final class ClientAddress {
    private final AddressLimits limits;
    private final boolean proxy;
    private InetSocketAddress address;
    private @Nullable Entry share;
    private Entrance entrance = Entrance.ADMITTED;
    private boolean ended;

    private ClientAddress(InetSocketAddress peer, AddressLimits limits, boolean proxy) {
        this.limits = limits;
        this.proxy = proxy;
        this.address = peer;
    }

    /** The client of a new socket. */
    static ClientAddress of(InetSocketAddress peer, AddressLimits limits) {
        boolean proxy = limits.settings().trusts(peer.getAddress());
        ClientAddress client = new ClientAddress(peer, limits, proxy);
        if (!proxy) {
            client.enter();
        }
        return client;
    }

    /** Whether the peer speaks for others. */
    boolean isProxy() {
        return proxy;
    }

    /** Whether the socket is not even worth an answer. */
    boolean dropped() {
        return entrance == Entrance.DROPPED;
    }

    /** The proxy said, before the first request, whom the socket belongs to; null: to the proxy itself. */
    void proxied(@Nullable InetSocketAddress source) {
        if (source != null) {
            address = source;
            if (!limits.settings().trusts(source.getAddress())) {
                enter();
            }
        }
    }

    /** The socket belongs, from now on, to whom these headers name. */
    void speaksFor(Headers headers) {
        if (share == null) {
            address = address(headers);
            if (!limits.settings().trusts(address.getAddress())) {
                enter();
            }
        }
    }

    /** Whom a request with these headers comes from. */
    InetSocketAddress address(Headers headers) {
        AddressSettings settings = limits.settings();
        return proxy && settings.trusts(address.getAddress())
                ? ForwardedFor.client(address, headers, settings)
                : address;
    }

    /** Whose socket it is. */
    public InetSocketAddress address() {
        return address;
    }

    /** Why the client is to be refused with 4429; empty when it is not. */
    public Optional<String> refusal() {
        Entry taken = share;
        return entrance == Entrance.ADMITTED || taken == null ? Optional.empty() : Optional.of(taken.reason());
    }

    /** Its login was refused. */
    public void authFailed() {
        Entry taken = share;
        if (taken != null) {
            taken.authFailed();
        }
    }

    private void enter() {
        Optional<Entry> found = limits.entry(address.getAddress());
        if (found.isPresent() && share == null) {
            Entry entry = found.get();
            synchronized (this) {
                if (ended) {
                    return;
                }
                share = entry;
            }
            entrance = entry.enter();
            if (entrance != Entrance.ADMITTED) {
                limits.refused(entry, entrance);
            }
        }
    }

    /** The socket has ended. */
    void ended() {
        Entry taken;
        synchronized (this) {
            taken = ended ? null : share;
            ended = true;
        }
        if (taken != null) {
            taken.leave();
        }
    }
}
