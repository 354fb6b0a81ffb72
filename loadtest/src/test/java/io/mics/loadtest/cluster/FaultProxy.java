package io.mics.loadtest.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * A wire between two loopback ports that can be slow, silent or cut. Bytes keep their order; what arrived from a side
 * that ended is still handed on. The port stays the same from start to {@link #close}, also while nobody answers on the
 * other side.
 */
public final class FaultProxy implements AutoCloseable {
    private static final int CHUNK = 64 * 1024;
    private static final int CHUNKS_IN_FLIGHT = 64;

    private final ServerSocket server;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final byte[] watched;
    private final LongAdder sightings = new LongAdder();
    private volatile long delayNanos;
    private volatile boolean silent;
    private volatile boolean cut;

    /** Bytes and when they are to arrive; none are the end. */
    private record Chunk(ByteBuffer bytes, long due) {}

    private FaultProxy(ServerSocket server, int target, String watched) {
        this.server = server;
        this.target = target;
        this.watched = watched.getBytes(StandardCharsets.US_ASCII);
    }

    /** A wire from a free port, which {@link #port} says, to {@code target}. */
    public static FaultProxy to(int target) throws IOException {
        return watching("", target);
    }

    /** A wire that also counts how often a text crosses it, in either direction. */
    static FaultProxy watching(String text, int target) throws IOException {
        ServerSocket server = new ServerSocket();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
        FaultProxy proxy = new FaultProxy(server, target, text);
        Thread.ofVirtual().name("proxy-" + server.getLocalPort()).start(proxy::accept);
        return proxy;
    }

    /** How often the watched text crossed. */
    long sightings() {
        return sightings.sum();
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Everything that is read from now on arrives later by this much, in both directions. */
    public void delay(Duration each) {
        delayNanos = each.toNanos();
    }

    /** Nothing arrives until {@link #restore}; nothing is lost. */
    public void silence() {
        silent = true;
    }

    /** Resets every connection, and each new one, until {@link #restore}. */
    public void cut() {
        cut = true;
        reset();
    }

    /** Resets the connections there are. */
    void reset() {
        for (Socket socket : sockets) {
            abort(socket);
        }
    }

    /** A good wire again. */
    public void restore() {
        delayNanos = 0;
        silent = false;
        cut = false;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket near = server.accept();
                if (cut) {
                    abort(near);
                } else {
                    Thread.startVirtualThread(() -> join(near));
                }
            } catch (IOException e) {
                // closed, or out of sockets for a moment
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
    }

    private void join(Socket near) {
        Socket far = new Socket();
        try {
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            if (far.getLocalPort() == target) {
                // nobody listens there, and the system gave this socket the very port: it is connected to itself
                throw new IOException("connected to itself");
            }
        } catch (IOException e) {
            abort(far);
            abort(near);
            return;
        }
        sockets.add(near);
        sockets.add(far);
        if (cut) {
            abort(near);
            abort(far);
        }
        Thread back = Thread.startVirtualThread(() -> copy(far, near));
        copy(near, far);
        try {
            back.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close(near);
        close(far);
    }

    /** Copies until one side ends, then ends the other in the same direction: the way back stays open. */
    private void copy(Socket from, Socket to) {
        BlockingQueue<Chunk> chunks = new ArrayBlockingQueue<>(CHUNKS_IN_FLIGHT);
        Thread reader = Thread.startVirtualThread(() -> read(from, chunks));
        try {
            OutputStream out = to.getOutputStream();
            for (Chunk chunk = chunks.take(); chunk.bytes().hasRemaining(); chunk = chunks.take()) {
                await(chunk.due());
                out.write(chunk.bytes().array(), 0, chunk.bytes().limit());
            }
            // the other side of what was cut is cut too, and must not see a good end before
            if (sockets.contains(from)) {
                to.shutdownOutput();
            }
        } catch (IOException e) {
            reader.interrupt();
            endInput(from);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void endInput(Socket socket) {
        try {
            socket.shutdownInput();
        } catch (IOException e) {
            // ended already
        }
    }

    private void read(Socket from, BlockingQueue<Chunk> chunks) {
        byte[] buffer = new byte[CHUNK];
        TextWatch watch = new TextWatch(watched);
        try {
            InputStream in = from.getInputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sightings.add(watch.count(buffer, n));
                chunks.put(new Chunk(ByteBuffer.wrap(Arrays.copyOf(buffer, n)), System.nanoTime() + delayNanos));
            }
        } catch (IOException e) {
            // reset: what came before is handed on
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            chunks.put(new Chunk(ByteBuffer.allocate(0), 0));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void await(long due) throws InterruptedException {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            TimeUnit.NANOSECONDS.sleep(left);
        }
        while (silent && !server.isClosed()) {
            Thread.sleep(5);
        }
    }

    private void abort(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // closed already
        }
        close(socket);
    }

    private void close(Socket socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            // it is over either way
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        reset();
    }
}
