package io.mics.kafka;

import java.util.Arrays;
import java.util.List;

/**
 * How to get in to the brokers. Names no class of the client library: settings are read where there is no Kafka too.
 *
 * @param protocol    whether the connection is encrypted, and whether there is a login
 * @param mechanism   how the login proves that it knows the password
 * @param username    of the login
 * @param password    of the login
 * @param trust       PEM file of the certificates that sign the brokers' own; empty trusts what the JVM does
 * @param certificate PEM file of this node's certificate chain; empty shows none
 * @param key         PEM file of its private key, PKCS #8, not encrypted
 */
public record KafkaSecurity(
        Protocol protocol,
        Mechanism mechanism,
        String username,
        String password,
        String trust,
        String certificate,
        String key) {
    /** Plain text, nobody asks who we are. */
    public static final KafkaSecurity NONE = new KafkaSecurity(Protocol.PLAINTEXT, Mechanism.PLAIN, "", "", "", "", "");

    /** What Kafka calls {@code security.protocol}. */
    public enum Protocol {
        PLAINTEXT(false, false),
        SSL(true, false),
        SASL_PLAINTEXT(false, true),
        SASL_SSL(true, true);

        private final boolean tls;
        private final boolean login;

        Protocol(boolean tls, boolean login) {
            this.tls = tls;
            this.login = login;
        }

        /** Whether the connection is encrypted. */
        public boolean tls() {
            return tls;
        }

        /** Whether there is a login. */
        public boolean login() {
            return login;
        }
    }

    /** What Kafka calls {@code sasl.mechanism}. */
    public enum Mechanism {
        PLAIN("PLAIN"),
        SCRAM_SHA_256("SCRAM-SHA-256"),
        SCRAM_SHA_512("SCRAM-SHA-512");

        private final String label;

        Mechanism(String label) {
            this.label = label;
        }

        /** As Kafka spells it. */
        public String label() {
            return label;
        }

        /** The one Kafka spells so, which is one of {@link #labels}. */
        public static Mechanism of(String label) {
            return Arrays.stream(values())
                    .filter(mechanism -> mechanism.label.equals(label))
                    .findFirst()
                    .orElseThrow();
        }

        /** All of them as Kafka spells them. */
        public static List<String> labels() {
            return Arrays.stream(values()).map(Mechanism::label).toList();
        }
    }

    /** Secrets never reach a log. */
    @Override
    public String toString() {
        return "KafkaSecurity[" + protocol + (protocol.login() ? ", " + mechanism.label + ", username=" + username : "")
                + ", password=***]";
    }
}
