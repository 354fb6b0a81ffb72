package io.mics.listener;

import io.mics.address.Cidr;
import java.net.InetAddress;
import java.util.List;

/**
 * Whose word about a client's address is taken, and what one address may take. 0 is unlimited.
 *
 * @param trustedProxies      who may send PROXY protocol v2, or {@code forwarded}
 * @param forwarded           the header in which they name their client
 * @param connections         sockets of one address at one time
 * @param connectsPerSecond   sockets of one address per second
 * @param failedAuthsPerMinute logins of one address that fail per minute
 */
public record AddressSettings(
        List<Cidr> trustedProxies,
        Forwarded forwarded,
        int connections,
        int connectsPerSecond,
        int failedAuthsPerMinute) {

    /** Nobody is trusted and nothing limited. */
    public static final AddressSettings NONE = new AddressSettings(List.of(), Forwarded.X_FORWARDED_FOR, 0, 0, 0);

    /** The header in which a proxy names its client; only one is read, since a client can send the other. */
    public enum Forwarded {
        /** {@code X-Forwarded-For: client, proxy}. */
        X_FORWARDED_FOR,
        /** {@code Forwarded: for=client, for=proxy} (RFC 7239). */
        FORWARDED
    }

    boolean trusts(InetAddress peer) {
        return trustedProxies.stream().anyMatch(block -> block.contains(peer));
    }
}
