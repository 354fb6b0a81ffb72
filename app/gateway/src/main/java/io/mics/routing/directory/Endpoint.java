package io.mics.routing.directory;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Comparator;
import java.util.stream.Stream;

/** What other nodes dial. */
public final class Endpoint {
    private Endpoint() {}

    /**
     * The link's {@code host:port}: as configured, or this machine's first address that is not loopback. An endpoint
     * that names the clients' port, as existing deployments have it, means the link's port on that host.
     */
    public static String of(String configured, int port, int grpcPort) {
        if (configured.isEmpty()) {
            return firstAddress() + ":" + grpcPort;
        }
        String bare = configured.replaceFirst("^https?://", "").replaceFirst("/$", "");
        return namesClientPort(bare, port, grpcPort) ? bare.substring(0, bare.lastIndexOf(':') + 1) + grpcPort : bare;
    }

    /** Whether a configured endpoint names the clients' port instead of the link's. */
    public static boolean namesClientPort(String configured, int port, int grpcPort) {
        return port != grpcPort && configured.replaceFirst("/$", "").endsWith(":" + port);
    }

    private static String firstAddress() {
        try {
            return NetworkInterface.networkInterfaces()
                    .sorted(Comparator.comparingInt(NetworkInterface::getIndex))
                    .flatMap(Endpoint::addresses)
                    .findFirst()
                    .orElse("127.0.0.1");
        } catch (SocketException e) {
            return "127.0.0.1";
        }
    }

    private static Stream<String> addresses(NetworkInterface network) {
        return network.inetAddresses()
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .filter(address -> address.getAddress().length == 4)
                .map(InetAddress::getHostAddress);
    }
}
