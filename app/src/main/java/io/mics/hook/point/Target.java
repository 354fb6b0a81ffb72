package io.mics.hook.point;

import java.net.URI;
import java.util.List;
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
     */
    record Grpc(URI endpoint, String caPath) implements Target {
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
     */
    record Webhook(URI url, List<String> secrets, Signature signature, String caPath) implements Target {
        /** What a webhook's signature covers. */
        public enum Signature {
            /** Timestamp, a dot and the body. */
            TIMESTAMPED,
            /** The body alone, for servers written for the older form. */
            BODY
        }

        /** Takes a copy of the list. */
        public Webhook {
            secrets = List.copyOf(secrets);
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
