package io.mics.loadtest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a connection costs that does nothing: resident memory of the server before and after opening many, each time
 * after a collection. The first tenth of them is opened before the first look, so that code loaded once is not counted.
 */
final class IdleConnections {
    private IdleConnections() {}

    static void measure(Arguments arguments, Figures figures) throws IOException, InterruptedException {
        int count = arguments.number("connections", 5000);
        ServerProcess server = arguments.server();
        try (ServerFrames frames = new ServerFrames()) {
            List<LoadConnection> open = new ArrayList<>();
            open(arguments, frames, open, Math.max(1, count / 10));
            long before = resident(server);
            int first = open.size();
            long start = System.nanoTime();
            open(arguments, frames, open, first + count);
            figures.add("connects_per_second", count / ((System.nanoTime() - start) / 1e9));
            long after = resident(server);
            figures.add("resident_kib_before", before);
            figures.add("resident_kib_after", after);
            figures.add("resident_kib_per_connection", (after - before) / (double) count);
            assertAlive(frames, open, figures);
        }
    }

    private static void open(Arguments arguments, ServerFrames frames, List<LoadConnection> open, int upTo)
            throws IOException {
        while (open.size() < upTo) {
            String user = "i" + open.size();
            LoadConnection connection = LoadConnection.open(arguments.url(), arguments.tenant(), user, open.size());
            connection.register(frames.selector);
            open.add(connection);
        }
    }

    private static long resident(ServerProcess server) throws IOException, InterruptedException {
        if (!server.collectGarbage() && server.pid() != 0) {
            System.err.println("no collection before reading memory: jcmd cannot reach the server");
        }
        Thread.sleep(500);
        return server.residentKib();
    }

    /** Sends every connection one heartbeat and waits for as many pongs. */
    private static void assertAlive(ServerFrames frames, List<LoadConnection> open, Figures figures)
            throws IOException {
        byte[] ping = Wire.clientFrame(Wire.BINARY, Wire.field(2, Wire.varintField(1, 1)), 0x01020304);
        for (LoadConnection connection : open) {
            connection.write(ByteBuffer.wrap(ping));
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (frames.pongs() < open.size() && System.nanoTime() < end) {
            frames.poll(100);
        }
        figures.add("opened", open.size());
        figures.add("answered_heartbeat", frames.pongs());
        if (frames.pongs() != open.size()) {
            throw new IOException(open.size() + " connections, " + frames.pongs() + " pongs");
        }
    }
}
