package io.mics.sdk.client;

import io.mics.proto.message.v1.ConnectAck;
import io.mics.proto.message.v1.ServerFrame;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A gateway on loopback that does only what a test tells it to; it welcomes every connection unless told otherwise. */
final class FakeGateway implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final BlockingQueue<Peer> accepted = new LinkedBlockingQueue<>();
    private final ConcurrentLinkedQueue<Consumer<Peer>> greetings = new ConcurrentLinkedQueue<>();
    private volatile Consumer<Peer> greetAll = FakeGateway::welcome;
    private final List<Peer> peers = new CopyOnWriteArrayList<>();

    FakeGateway() throws IOException {
        threads.execute(this::accept);
    }

    String url() {
        return "ws://127.0.0.1:" + listening.getLocalPort() + "/ws";
    }

    /** What the next connection not yet provided for gets instead of a welcome. */
    void greetNext(Consumer<Peer> greeting) {
        greetings.add(greeting);
    }

    /** What every connection not provided for gets instead of a welcome. */
    void greetAll(Consumer<Peer> greeting) {
        greetAll = greeting;
    }

    /** The next connection, in the order they came. */
    Peer peer() throws InterruptedException {
        Peer peer = accepted.poll(30, TimeUnit.SECONDS);
        if (peer == null) {
            throw new AssertionError("nobody connected within 30 s");
        }
        return peer;
    }

    int connections() {
        return peers.size();
    }

    static void welcome(Peer peer) {
        peer.send(ServerFrame.newBuilder()
                .setConnectAck(ConnectAck.newBuilder()
                        .setCode(1000)
                        .setTenantId("t1")
                        .setUserId("u1")
                        .setDeviceId("d1")
                        .setNodeId("node-1")
                        .setTraceId("trace"))
                .build());
    }

    static Consumer<Peer> refuse(int code, String reason) {
        return peer -> peer.close(code, reason);
    }

    @Override
    public void close() throws IOException {
        listening.close();
        peers.forEach(Peer::drop);
        threads.shutdownNow();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listening.accept();
                threads.execute(() -> serve(socket));
            }
        } catch (IOException closed) {
            threads.shutdown();
        }
    }

    private void serve(Socket socket) {
        try {
            Peer peer = Peer.handshake(socket);
            peers.add(peer);
            Consumer<Peer> greeting = greetings.poll();
            (greeting == null ? greetAll : greeting).accept(peer);
            accepted.add(peer);
            peer.readUntilClosed();
        } catch (IOException gone) {
            closeQuietly(socket);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
