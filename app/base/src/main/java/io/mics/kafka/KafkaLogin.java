package io.mics.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.plain.PlainLoginModule;
import org.apache.kafka.common.security.scram.ScramLoginModule;

/** {@link KafkaSecurity} in the client library's words. The files are read anew for each client that is made. */
final class KafkaLogin {
    private static final String PEM = "PEM";

    private KafkaLogin() {}

    /** The client's settings; those of plain text are none. */
    static Map<String, Object> settings(KafkaSecurity security) {
        Map<String, Object> config = new HashMap<>();
        config.put(
                CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
                security.protocol().name());
        if (security.protocol().login()) {
            config.put(SaslConfigs.SASL_MECHANISM, security.mechanism().label());
            config.put(SaslConfigs.SASL_JAAS_CONFIG, new Password(jaas(security)));
        }
        if (security.protocol().tls() && !security.trust().isEmpty()) {
            config.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, PEM);
            config.put(SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG, read(security.trust()));
        }
        if (security.protocol().tls() && !security.certificate().isEmpty()) {
            config.put(SslConfigs.SSL_KEYSTORE_TYPE_CONFIG, PEM);
            config.put(SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG, read(security.certificate()));
            config.put(SslConfigs.SSL_KEYSTORE_KEY_CONFIG, read(security.key()));
        }
        return config;
    }

    private static String jaas(KafkaSecurity security) {
        Class<?> module = switch (security.mechanism()) {
            case PLAIN -> PlainLoginModule.class;
            case SCRAM_SHA_256, SCRAM_SHA_512 -> ScramLoginModule.class;
        };
        return module.getName() + " required username=" + quoted(security.username()) + " password="
                + quoted(security.password()) + ";";
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static Password read(String file) {
        try {
            return new Password(Files.readString(Path.of(file)));
        } catch (IOException e) {
            throw new KafkaException("cannot read " + file, e);
        }
    }
}
