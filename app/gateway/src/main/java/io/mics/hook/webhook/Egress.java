package io.mics.hook.webhook;

import io.mics.address.Cidr;
import io.mics.httpclient.AddressRule;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where webhooks may be sent. What is denied is never called; nor are link-local, multicast and unspecified addresses
 * and those where clouds hand out credentials, unless a block of addresses allows them; of the rest what is allowed, or
 * all when nothing is. Asked with the addresses a name was found at, just before one of them is dialled, so that a name
 * cannot be pointed elsewhere in between. Immutable.
 */
public final class Egress implements AddressRule {
    /** Everything but what is never called. */
    public static final Egress DEFAULT = new Egress(Rules.NONE, Rules.NONE);

    private static final List<Cidr> NEVER_UNASKED = List.of(
            Cidr.of("0.0.0.0/8"),
            Cidr.of("169.254.0.0/16"),
            Cidr.of("224.0.0.0/4"),
            Cidr.of("255.255.255.255"),
            Cidr.of("100.100.100.200"),
            Cidr.of("168.63.129.16"),
            Cidr.of("192.0.0.192"),
            Cidr.of("::"),
            Cidr.of("fe80::/10"),
            Cidr.of("ff00::/8"),
            Cidr.of("fd00:ec2::254"),
            Cidr.of("fd20:ce::254"));

    /** IPv6 addresses that a router or the system itself turns into the IPv4 address in them, and where that begins. */
    private enum Embedding {
        COMPATIBLE("::/96", 12),
        TRANSLATED("::ffff:0:0:0/96", 12),
        NAT64("64:ff9b::/96", 12),
        SIX_TO_FOUR("2002::/16", 2);

        private final Cidr block;
        private final int offset;

        Embedding(String block, int offset) {
            this.block = Cidr.of(block);
            this.offset = offset;
        }
    }

    private record Rules(List<String> entries, List<HostName> hosts, List<Cidr> blocks) {
        static final Rules NONE = new Rules(List.of(), List.of(), List.of());

        boolean isEmpty() {
            return hosts.isEmpty() && blocks.isEmpty();
        }

        boolean names(String host) {
            return hosts.stream().anyMatch(name -> name.matches(host));
        }

        boolean contains(InetAddress address) {
            return in(blocks, address);
        }
    }

    /** What became of two lists. */
    public sealed interface Parsed {
        /** Every entry could be read. */
        record Read(Egress egress) implements Parsed {}

        /** Some could not; at least one. */
        record Refused(List<BadEntry> entries) implements Parsed {
            /** Takes a copy of the list. */
            public Refused {
                entries = List.copyOf(entries);
            }
        }
    }

    /**
     * An entry that cannot be read.
     *
     * @param list    {@code allow} or {@code deny}
     * @param index   its position in the list, from 0
     * @param entry   the entry
     * @param problem what is wrong with it, in plain words
     */
    public record BadEntry(String list, int index, String entry, String problem) {}

    private final Rules allow;
    private final Rules deny;

    private Egress(Rules allow, Rules deny) {
        this.allow = allow;
        this.deny = deny;
    }

    /** Reads lists of addresses ({@code 10.1.2.3}), blocks ({@code 10.0.0.0/8}) and hosts ({@code *.example.com}). */
    public static Parsed parse(List<String> allow, List<String> deny) {
        List<BadEntry> bad = new ArrayList<>();
        Egress egress = new Egress(rules("allow", allow, bad), rules("deny", deny, bad));
        return bad.isEmpty() ? new Parsed.Read(egress) : new Parsed.Refused(bad);
    }

    private static Rules rules(String list, List<String> entries, List<BadEntry> bad) {
        List<HostName> hosts = new ArrayList<>();
        List<Cidr> blocks = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            String entry = entries.get(i).strip();
            Optional<Cidr> block = Cidr.parse(entry);
            Optional<HostName> host = HostName.parse(entry);
            block.ifPresent(blocks::add);
            host.ifPresent(hosts::add);
            if (block.isEmpty() && host.isEmpty()) {
                bad.add(new BadEntry(list, i, entry, "not an address, a block such as 10.0.0.0/8 or a host name"));
            }
        }
        return new Rules(List.copyOf(entries), List.copyOf(hosts), List.copyOf(blocks));
    }

    /** Why {@code host}, found at {@code address}, must not be called, in plain words; empty when it may be. */
    public Optional<String> refusal(String host, InetAddress address) {
        Optional<InetAddress> inner = embedded(address);
        if (deny.names(host)
                || deny.contains(address)
                || inner.filter(deny::contains).isPresent()) {
            return Optional.of(shown(host, address) + " is denied by webhook-targets");
        }
        if (allow.contains(address)) {
            return Optional.empty();
        }
        if (in(NEVER_UNASKED, address)
                || inner.filter(in -> in(NEVER_UNASKED, in)).isPresent()) {
            return Optional.of(shown(host, address) + " is a link-local, multicast or cloud metadata address");
        }
        return allow.isEmpty() || allow.names(host)
                ? Optional.empty()
                : Optional.of(shown(host, address) + " is not allowed by webhook-targets");
    }

    @Override
    public List<InetAddress> allowed(String host, List<InetAddress> found) throws ForbiddenException {
        List<InetAddress> allowed = new ArrayList<>(found.size());
        String why = host + " has no address";
        for (InetAddress address : found) {
            Optional<String> refusal = refusal(host, address);
            if (refusal.isEmpty()) {
                allowed.add(address);
            } else {
                why = refusal.get();
            }
        }
        if (allowed.isEmpty()) {
            throw new ForbiddenException(why);
        }
        return allowed;
    }

    /** Whether it was read from the same lists. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Egress egress
                && egress.allow.entries().equals(allow.entries())
                && egress.deny.entries().equals(deny.entries());
    }

    @Override
    public int hashCode() {
        return Objects.hash(allow.entries(), deny.entries());
    }

    private static boolean in(List<Cidr> blocks, InetAddress address) {
        return blocks.stream().anyMatch(block -> block.contains(address));
    }

    private static Optional<InetAddress> embedded(InetAddress address) {
        if (!(address instanceof Inet6Address) || address.isLoopbackAddress() || address.isAnyLocalAddress()) {
            return Optional.empty();
        }
        return Arrays.stream(Embedding.values())
                .filter(embedding -> embedding.block.contains(address))
                .findFirst()
                .map(embedding -> ipv4(address.getAddress(), embedding.offset));
    }

    private static InetAddress ipv4(byte[] bytes, int offset) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(bytes, offset, offset + 4));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    private static String shown(String host, InetAddress address) {
        String numeric = address.getHostAddress();
        return host.equals(numeric) ? host : host + " (" + numeric + ")";
    }
}
