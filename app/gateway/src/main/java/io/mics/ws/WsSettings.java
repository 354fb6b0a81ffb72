package io.mics.ws;

import io.mics.config.EnvironmentName;
import io.mics.config.Section;
import io.mics.config.SettingsReading;
import io.mics.config.SettingsSection;
import java.time.Duration;

/**
 * Connections.
 *
 * @param keepalive         time between WebSocket pings; zero sends none
 * @param handshakeTimeout  time from accepting a socket to the whole upgrade request
 * @param idleTimeout       time an HTTP connection may be idle between requests
 * @param writeStallTimeout time one socket write may take until the connection is closed
 * @param exchangeTimeout   time from a request's head to the end of its answer
 * @param maxTcpConnections sockets accepted at one time; 0 is as many as the process's open files allow
 */
public record WsSettings(
        Duration keepalive,
        Duration handshakeTimeout,
        Duration idleTimeout,
        Duration writeStallTimeout,
        Duration exchangeTimeout,
        int maxTcpConnections) {
    public static final SettingsSection<WsSettings> SECTION = SettingsSection.of(
            WsSettings.class,
            "ws",
            WsSettings::read,
            EnvironmentName.seconds("WS_KEEPALIVE_INTERVAL_SECONDS", "ws.keepalive"));

    private static final Duration MS = Duration.ofMillis(1);
    private static final Duration DAY = Duration.ofDays(1);

    private static WsSettings read(Section s, SettingsReading reading) {
        return new WsSettings(
                s.duration("keepalive", Duration.ofSeconds(30), Duration.ZERO, DAY),
                s.duration("handshake-timeout", Duration.ofSeconds(10), MS, DAY),
                s.duration("idle-timeout", Duration.ofSeconds(60), MS, DAY),
                s.duration("write-stall-timeout", Duration.ofSeconds(10), MS, DAY),
                s.duration("exchange-timeout", Duration.ofSeconds(60), MS, DAY),
                s.integer("max-tcp-connections", 0, 0, Integer.MAX_VALUE));
    }
}
