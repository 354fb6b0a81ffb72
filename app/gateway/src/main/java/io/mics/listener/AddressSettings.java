package io.mics.listener;

import io.mics.address.Cidr;
import io.mics.config.Section;
import io.mics.config.SettingsReading;
import io.mics.config.SettingsSection;
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

    /** Read from {@code addresses}; a change takes effect at once. */
    public static final SettingsSection<AddressSettings> SECTION = SettingsSection.of(
                    AddressSettings.class, "addresses", AddressSettings::read)
            .live();

    private static final int MANY = Integer.MAX_VALUE;

    /** Nobody is trusted and nothing limited. */
    public static final AddressSettings NONE = new AddressSettings(List.of(), Forwarded.X_FORWARDED_FOR, 0, 0, 0);

    /** The header in which a proxy names its client; only one is read, since a client can send the other. */
    public enum Forwarded {
        /** {@code X-Forwarded-For: client, proxy}. */
        X_FORWARDED_FOR,
        /** {@code Forwarded: for=client, for=proxy} (RFC 7239). */
        FORWARDED
    }

    private static AddressSettings read(Section s, SettingsReading reading) {
        List<String> trusted = s.list(
                "trusted-proxies",
                List.of(),
                block -> Cidr.parse(block).isPresent(),
                "holds what is no address and no block of addresses, such as 10.0.0.0/8");
        return new AddressSettings(
                trusted.stream().flatMap(block -> Cidr.parse(block).stream()).toList(),
                s.choice("forwarded", Forwarded.class, Forwarded.X_FORWARDED_FOR),
                s.integer("connections", 10_000, 0, MANY),
                s.integer("connects-per-second", 1_000, 0, 1_000_000),
                s.integer("failed-auths-per-minute", 600, 0, 1_000_000));
    }

    boolean trusts(InetAddress peer) {
        return trustedProxies.stream().anyMatch(block -> block.contains(peer));
    }
}
