package io.mics.testing.gateway;

import io.mics.listener.AddressLimits;
import io.mics.listener.AddressSettings;
import io.mics.listener.ListenSettings;
import io.mics.listener.ListenSettings.Bounds;
import io.mics.listener.PortContext;
import io.mics.listener.Timer;
import io.mics.observe.Metrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;

/** What tests open ports with: loopback, a free port, nobody limited, no deadline watched. */
public final class TestPorts {
    private static final Duration LONG = Duration.ofMinutes(1);

    private TestPorts() {}

    /** An HTTP port with generous bounds. */
    public static ListenSettings http(String name) {
        return http(name, new Bounds(1_000, LONG, LONG, LONG, 1 << 20));
    }

    /** An HTTP port with these bounds. */
    public static ListenSettings http(String name, Bounds bounds) {
        return ListenSettings.http(
                name, "127.0.0.1", 0, new ListenSettings.Setting(name + "-port", "TEST_PORT"), bounds);
    }

    /** A port that nobody listened on a moment ago. */
    public static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** What ports share. */
    public static PortContext ports() {
        Metrics metrics = new Metrics();
        Timer timer = (watched, delay) -> () -> {};
        AddressLimits addresses = AddressLimits.start(() -> AddressSettings.NONE, metrics, timer);
        return new PortContext(timer, addresses, metrics, lost -> {
            throw new AssertionError(lost);
        });
    }
}
