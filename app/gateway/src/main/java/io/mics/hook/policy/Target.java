package io.mics.hook.policy;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How a hook is reached. */
public sealed interface Target {
    /** The value of {@code transport.type}. */
    String type();

    /**
     * A server of {@code flare.hooks.v1.HookExtension}.
     *
     * @param endpoint {@code http://host:port}, or {@code https://…} for TLS
     * @param caPath   a PEM file with the certificates to trust; empty trusts the JVM's
     * @param contract the form of the contract the server was built from
     * @param metadata sent with every call, among its attributes
     */
    record Grpc(URI endpoint, String caPath, Contract contract, Map<String, String> metadata) implements Target {
        /** The published forms of the contract, which differ in field numbers. */
        public enum Contract {
            FLARE_2025_11_11,
            FLARE_2025_11_22,
            FLARE_2026_03;

            /** Its name in {@code hooks.yaml}. */
            public String label() {
                return name().toLowerCase(Locale.ROOT).replace('_', '-');
            }
        }

        /** Takes a copy of the map. */
        public Grpc {
            metadata = Map.copyOf(metadata);
        }

        /** A server of the first contract. */
        public Grpc(URI endpoint, String caPath) {
            this(endpoint, caPath, Contract.FLARE_2025_11_11, Map.of());
        }

        @Override
        public String type() {
            return "grpc";
        }
    }

    /**
     * A URL that takes JSON.
     *
     * @param url       where it is posted
     * @param secrets   sign it; the first signs, all are announced to be valid while secrets rotate; none is unsigned
     * @param signature what is signed
     * @param caPath    a PEM file with the certificates to trust; empty trusts the JVM's
     * @param extras    what only some servers need
     */
    record Webhook(URI url, List<String> secrets, Signature signature, String caPath, Extras extras) implements Target {
        /** What a webhook's signature covers. */
        public enum Signature {
            /** Timestamp, a dot and the body. */
            TIMESTAMPED,
            /** The body alone, for servers written for the older form. */
            BODY
        }

        /** What an answer to a question means that does not say {@code allow}. */
        public enum MissingAllow {
            DENY,
            ALLOW,
            /** It is no answer, and the hook's {@code on-failure} decides. */
            FAILURE
        }

        /**
         * What only some servers need.
         *
         * @param headers      sent with every call, by their names
         * @param secretHeader the header that carries the first secret itself; empty sends it nowhere
         * @param missingAllow what an answer without {@code allow} means
         * @param metadata     sent with every call, in its {@code metadata}
         */
        public record Extras(
                Map<String, String> headers,
                String secretHeader,
                MissingAllow missingAllow,
                Map<String, String> metadata) {
            public static final Extras NONE = new Extras(Map.of(), "", MissingAllow.FAILURE, Map.of());

            /** Takes copies of the maps. */
            public Extras {
                headers = Map.copyOf(headers);
                metadata = Map.copyOf(metadata);
            }
        }

        /** Takes a copy of the list. */
        public Webhook {
            secrets = List.copyOf(secrets);
        }

        /** A server that needs nothing special. */
        public Webhook(URI url, List<String> secrets, Signature signature, String caPath) {
            this(url, secrets, signature, caPath, Extras.NONE);
        }

        @Override
        public String type() {
            return "webhook";
        }

        /** Secrets never reach a log. */
        @Override
        public String toString() {
            return "Webhook[" + url + ", secrets=***]";
        }
    }

    /**
     * A class in a jar of the {@code plugins/} folder.
     *
     * @param className its full name
     * @param settings  handed to it as attributes of every call
     */
    record Local(String className, Map<String, String> settings) implements Target {
        /** Takes a copy of the map. */
        public Local {
            settings = Map.copyOf(settings);
        }

        @Override
        public String type() {
            return "local";
        }
    }

    /**
     * The protobuf hook {@code /check-message}.
     *
     * @param baseUrl without a trailing slash
     * @param secret  signs it; empty sends no signature
     */
    record MicsHttp(String baseUrl, String secret) implements Target {
        @Override
        public String type() {
            return "mics-http";
        }

        /** Secrets never reach a log. */
        @Override
        public String toString() {
            return "MicsHttp[" + baseUrl + ", secret=***]";
        }
    }
}
