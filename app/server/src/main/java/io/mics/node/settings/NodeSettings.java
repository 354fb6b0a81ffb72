package io.mics.node.settings;

import io.mics.config.EnvironmentName;
import io.mics.config.Section;
import io.mics.config.SettingsReading;
import io.mics.config.SettingsSection;
import io.mics.protocol.IdRule;
import io.mics.redis.RedisSettings;
import io.mics.tenant.TenantConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a node is and where it listens. Components are named like their keys.
 *
 * @param port           the public TCP port; 0 takes a free one
 * @param host           the address to listen on
 * @param nodeId         this node's name, unique in its cluster
 * @param publicEndpoint what other nodes dial; empty is the first non-loopback address and {@code grpcPort}
 * @param internalPort   the port of {@code /internal} and the console; equal to {@code port} is the same listener
 * @param grpcPort       the port of the node link
 * @param defaultTenant  whose those are who connect with a token alone, speaking JSON; empty serves nobody so
 * @param roles          what the node does, one role at least
 */
public record NodeSettings(
        int port,
        String host,
        String nodeId,
        String publicEndpoint,
        int internalPort,
        int grpcPort,
        String defaultTenant,
        Set<Role> roles) {
    public static final SettingsSection<NodeSettings> SECTION = SettingsSection.of(
            NodeSettings.class,
            "",
            NodeSettings::read,
            EnvironmentName.value("PORT", "port"),
            EnvironmentName.text("NODE_ID", "node-id"),
            EnvironmentName.text("PUBLIC_ENDPOINT", "public-endpoint"),
            EnvironmentName.value("GRPC_PORT", "grpc-port"),
            EnvironmentName.value("INTERNAL_PORT", "internal-port"));

    private static final Pattern ENDPOINT = Pattern.compile("(https?://)?[A-Za-z0-9_.\\[\\]:-]+:\\d{1,5}/?");

    private static NodeSettings read(Section s, SettingsReading reading) {
        int port = s.integer("port", 8080, 0, 65_535);
        boolean alone = !reading.get(RedisSettings.SECTION).isConfigured();
        int internalPort = s.integer("internal-port", alone ? port : 9091, 0, 65_535);
        int grpcPort = s.integer("grpc-port", 9090, 0, 65_535);
        if (!alone && grpcPort != 0 && (grpcPort == port || grpcPort == internalPort)) {
            s.reject("grpc-port", "is also port or internal-port");
        }
        return new NodeSettings(
                port,
                s.string("host", "0.0.0.0"),
                nodeId(s, reading),
                s.string("public-endpoint", "", NodeSettings::isEndpoint, "is not host:port or http(s)://host:port"),
                internalPort,
                grpcPort,
                s.string("default-tenant", "", id -> id.isEmpty() || TenantConfig.isId(id), "is no tenant id"),
                roles(s, alone));
    }

    private static Set<Role> roles(Section s, boolean alone) {
        Set<Role> roles = s.choices("roles", Role.class, EnumSet.allOf(Role.class));
        if (roles.isEmpty()) {
            s.reject("roles", "is empty");
        }
        if (alone && !roles.contains(Role.GATEWAY)) {
            s.reject("roles", "is without gateway, and shares nothing with any gateway without redis.uri");
        }
        return roles;
    }

    /** Whether the node has this role. */
    public boolean is(Role role) {
        return roles.contains(role);
    }

    private static String nodeId(Section s, SettingsReading reading) {
        String given = s.string(
                "node-id",
                "",
                id -> id.isEmpty() || IdRule.USER.allows(id),
                "is not 1 to 128 of A-Z a-z 0-9 _ . : @ -");
        return given.isEmpty() ? hostName(reading.variable("HOSTNAME")) : given;
    }

    private static String hostName(String variable) {
        String name = variable;
        if (name.isEmpty()) {
            try {
                name = InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                name = "node-1";
            }
        }
        return IdRule.USER.allows(name) ? name : "node-1";
    }

    private static boolean isEndpoint(String text) {
        return text.isEmpty() || ENDPOINT.matcher(text).matches();
    }
}
