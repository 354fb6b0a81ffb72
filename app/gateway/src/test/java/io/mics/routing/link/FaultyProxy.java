package io.mics.routing.link;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** Stands between two ends of a TCP connection and lets it fail: a reset, a black hole, a refusal. */
final class FaultyProxy implements AutoCloseable {
    private final ServerSocket listening;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile int target;
    private volatile CountDownLatch flowing = new CountDownLatch(0);

    /** Passes bytes to {@code target} on this machine. */
    FaultyProxy(int target) throws IOException {
        this.target = target;
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("proxy-accept").start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Later connections go to {@code port}. */
    void retarget(int port) {
        target = port;
    }

    /** Resets every connection, as a killed process does. */
    void reset() throws IOException {
        for (Socket socket : sockets) {
            reset(socket);
        }
        sockets.clear();
    }

    private static void reset(Socket socket) throws IOException {
        try (socket) {
            socket.setSoLinger(true, 0);
        } catch (SocketException e) {
            // the one that it passes bytes to or from has ended it
        }
    }

    /** Swallows every byte without a word, those of new connections too. */
    void blackhole() {
        flowing = new CountDownLatch(1);
    }

    /** Passes bytes again, those held back first. */
    void heal() {
        flowing.countDown();
    }

    private void accept() {
        try {
            while (true) {
                Socket from = listening.accept();
                try {
                    Socket to = new Socket(InetAddress.getLoopbackAddress(), target);
                    sockets.add(from);
                    sockets.add(to);
                    Thread.ofVirtual().name("proxy").start(() -> pass(from, to));
                    Thread.ofVirtual().name("proxy").start(() -> pass(to, from));
                } catch (IOException e) {
                    from.close();
                }
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void pass(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] bytes = new byte[64 << 10];
            for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                flowing.await();
                out.write(bytes, 0, n);
            }
        } catch (IOException | InterruptedException e) {
            // ended
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        heal();
        reset();
    }
}
