package io.mics;

import io.mics.event.kafka.KafkaEventSettings;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.Target;
import io.mics.kafka.KafkaSecurity;
import io.mics.node.settings.Configuration;
import io.mics.node.settings.NodeConfig;
import io.mics.redis.RedisSettings;
import io.mics.routing.link.ClusterSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the doctor looks at on this machine alone. */
final class MachineCheck {
    private static final Duration SOON = Duration.ofDays(30);

    private MachineCheck() {}

    /** Whether the configured ports can be had; a server that runs already has them, which is no failure. */
    static void ports(NodeConfig config, Doctor doctor) {
        Map<String, Integer> ports = new LinkedHashMap<>();
        ports.put("port", config.node().port());
        if (config.node().internalPort() != config.node().port()) {
            ports.put("internal-port", config.node().internalPort());
        }
        if (!config.get(RedisSettings.SECTION).uri().isEmpty()) {
            ports.put("grpc-port", config.node().grpcPort());
        }
        ports.forEach((key, port) -> {
            String host = key.equals("grpc-port") ? config.node().host() : config.bindAddress();
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(host, port));
                doctor.ok(key, port == 0 ? "takes a free one" : port + " on " + host + " is free");
            } catch (IOException e) {
                doctor.warn(
                        key,
                        port + " on " + host + " cannot be had: " + e.getMessage(),
                        "nothing, if it is this server that runs; else stop what has it, or set another " + key);
            }
        });
    }

    /** How long the certificates are valid that the configuration names: own ones, and those that are trusted. */
    static void certificates(Configuration configuration, Doctor doctor) {
        ClusterSettings.Tls tls =
                configuration.node().get(ClusterSettings.SECTION).tls();
        KafkaSecurity kafka =
                configuration.node().get(KafkaEventSettings.SECTION).security();
        Map<String, String> files = new LinkedHashMap<>();
        files.put("cluster.tls.certificate", tls.certificate());
        files.put("cluster.tls.trust", tls.trust());
        files.put("kafka.security.certificate", kafka.certificate());
        files.put("kafka.security.trust", kafka.trust());
        for (HookDefinition hook : configuration.hooks().hooks()) {
            files.put("transport.ca of " + hook.point().label() + " hook " + hook.id(), ca(hook.target()));
        }
        files.values().removeIf(String::isEmpty);
        if (files.isEmpty()) {
            doctor.ok("certificates", "the configuration names none");
        }
        files.forEach((key, file) -> certificates(key, file, doctor));
    }

    private static String ca(Target target) {
        return switch (target) {
            case Target.Grpc grpc -> grpc.caPath();
            case Target.Webhook webhook -> webhook.caPath();
            case Target.Local local -> "";
            case Target.MicsHttp http -> "";
        };
    }

    private static void certificates(String key, String file, Doctor doctor) {
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                if (each instanceof X509Certificate certificate) {
                    certificate(key, certificate, doctor);
                }
            }
        } catch (IOException | CertificateException e) {
            doctor.fail(key, "cannot be read: " + e.getMessage(), "name a PEM file of certificates");
        }
    }

    private static void certificate(String key, X509Certificate certificate, Doctor doctor) {
        Instant now = Instant.now();
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
        String name = certificate.getSubjectX500Principal().getName();
        if (now.isBefore(from)) {
            doctor.fail(key, name + " is not valid before " + from, "wait, or set this machine's clock");
        } else if (now.isAfter(until)) {
            doctor.fail(key, name + " was valid until " + until, "renew it");
        } else if (now.plus(SOON).isAfter(until)) {
            doctor.warn(key, name + " is valid until " + until + " only", "renew it");
        } else {
            doctor.ok(key, name + " is valid until " + until);
        }
    }
}
