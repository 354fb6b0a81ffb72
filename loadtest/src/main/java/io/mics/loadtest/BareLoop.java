package io.mics.loadtest;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The yardstick server: what a gateway costs when it only parses, looks up, re-frames and acknowledges. It speaks the
 * gateway's connect, message, ack, delivery and heartbeat frames over one virtual thread per connection, and leaves out
 * everything else: no identity check, limits, duplicates, back pressure, clean-up of slow clients, metrics or logs.
 *
 * <p>The user is the token behind {@code valid:}. The group {@code g{n}} has the members {@code m0} to {@code m{n-1}}.
 */
public final class BareLoop {
    private final ConcurrentHashMap<String, BareConnection> users = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, String[]> groups = new ConcurrentHashMap<>();
    private final boolean writerThreads;

    private BareLoop(boolean writerThreads) {
        this.writerThreads = writerThreads;
    }

    /** Runs on a loopback port: {@code BareLoop [port] [direct|writer]}, by default 8081 and direct. */
    public static void main(String[] args) throws IOException {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 8081;
        new BareLoop(args.length > 1 && args[1].equals("writer")).serve(port);
    }

    private void serve(int port) throws IOException {
        try (ServerSocket server = new ServerSocket()) {
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 4096);
            while (true) {
                Socket socket = server.accept();
                Thread.startVirtualThread(() -> session(socket));
            }
        }
    }

    private void session(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            BareHandshake request = BareHandshake.read(socket.getInputStream());
            if (!request.upgrade()) {
                String status = request.path().equals("/readyz") ? "200 OK" : "404 Not Found";
                socket.getOutputStream()
                        .write(("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                return;
            }
            socket.getOutputStream().write(request.accepted());
            BareConnection connection = new BareConnection(this, socket, request, writerThreads);
            users.put(request.user(), connection);
            try {
                connection.run();
            } finally {
                users.remove(request.user(), connection);
            }
        } catch (IOException gone) {
            // the client went away; its route is gone with it
        }
    }

    @Nullable
    BareConnection user(String id) {
        return users.get(id);
    }

    String[] members(String group) {
        String[] known = groups.get(group);
        return known != null ? known : groups.computeIfAbsent(group, BareLoop::membersOf);
    }

    private static String[] membersOf(String group) {
        String[] members = new String[Integer.parseInt(group, 1, group.length(), 10)];
        for (int i = 0; i < members.length; i++) {
            members[i] = "m" + i;
        }
        return members;
    }
}
