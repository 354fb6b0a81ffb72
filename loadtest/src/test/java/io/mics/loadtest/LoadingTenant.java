package io.mics.loadtest;

import io.mics.sdk.hook.example.BackendSettings;
import io.mics.sdk.hook.example.ExampleBackend;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * The tenant that loads the node: a process with its connections and its backend, told what to do on its standard
 * input. Counts what it is answered and is content with any answer, since a loaded node may refuse it.
 */
final class LoadingTenant implements AutoCloseable {
    private static final int BODY_BYTES = 128;
    private static final String GROUP = "all";
    private static final int ACK = 0x1a;
    private static final int STATUS = 0x10;

    private final List<Loader> loaders = new ArrayList<>();
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final ExampleBackend backend;
    private volatile int window;
    private volatile boolean toGroup;
    private volatile boolean busy;

    private LoadingTenant(int port, int members, int connections) throws IOException {
        backend = new ExampleBackend(new BackendSettings(port, NeighbourRun.SECRET, Map.of(), Duration.ZERO, 0, ""));
        backend.setGroup(
                GROUP,
                IntStream.range(0, members)
                        .mapToObj(i -> i < connections ? user(i) : "absent-" + i)
                        .toList());
    }

    private static String user(int number) {
        return "a" + number;
    }

    /**
     * Arguments: port of the backend, members of the group, connections. Then, line by line: {@code connect url},
     * {@code relay window}, {@code group window}, {@code hang}, {@code busy}, {@code stop}, {@code quit}; each is
     * answered by a line.
     */
    public static void main(String[] args) throws Exception {
        int connections = Integer.parseInt(args[2]);
        try (LoadingTenant tenant =
                        new LoadingTenant(Integer.parseInt(args[0]), Integer.parseInt(args[1]), connections);
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println("listening");
            for (String line = in.readLine(); line != null && !line.equals("quit"); line = in.readLine()) {
                System.out.println(tenant.obey(line.split(" "), connections));
            }
        }
        System.exit(0);
    }

    private String obey(String[] words, int connections) throws IOException {
        switch (words[0]) {
            case "connect" -> connect(URI.create(words[1]), connections);
            case "hang" -> backend.setDelay(Duration.ofMinutes(10));
            case "relay" -> begin(false, Integer.parseInt(words[1]));
            case "group" -> begin(true, Integer.parseInt(words[1]));
            case "busy" -> beBusy();
            case "stop" -> {
                window = 0;
                busy = false;
                backend.setDelay(Duration.ZERO);
            }
            case "count" -> {}
            default -> throw new IOException("not understood: " + words[0]);
        }
        return taken.get() + " " + refused.get();
    }

    private void connect(URI url, int connections) throws IOException {
        for (int i = 0; i < connections; i++) {
            LoadConnection connection = LoadConnection.open(url, NeighbourRun.LOADING, user(i), i);
            String to = user((i + 1) % connections);
            Loader loader = new Loader(connection, to);
            loaders.add(loader);
            Thread.ofPlatform().daemon().name("loader-" + i).start(loader);
        }
    }

    /** Leaves no processor idle, and asks nothing of the gateway. */
    private void beBusy() {
        busy = true;
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            Thread.ofPlatform().daemon().name("busy-" + i).start(() -> {
                while (busy) {
                    Thread.onSpinWait();
                }
            });
        }
    }

    private void begin(boolean group, int messages) throws IOException {
        toGroup = group;
        window = messages;
        for (Loader loader : loaders) {
            loader.fill();
        }
    }

    /** One connection: keeps its window full; whatever acknowledges a message makes room for the next. */
    private final class Loader implements Runnable {
        private final LoadConnection connection;
        private final MessageFrames single;
        private final MessageFrames group;
        private final FrameHead frame = new FrameHead();
        private long sent;
        private int inFlight;

        Loader(LoadConnection connection, String to) {
            this.connection = connection;
            this.single = MessageFrames.toUser(to, 64, BODY_BYTES);
            this.group = MessageFrames.toGroup(GROUP, 64, BODY_BYTES);
        }

        void fill() throws IOException {
            synchronized (this) {
                int room = window - inFlight;
                if (room > 0) {
                    ByteBuffer frames = (toGroup ? group : single).next(sent, room);
                    while (frames.hasRemaining()) {
                        connection.channel.write(frames);
                    }
                    sent += room;
                    inFlight += room;
                }
            }
        }

        @Override
        public void run() {
            try {
                read();
            } catch (ClosedChannelException | EOFException e) {
                System.err.println("the gateway closed a connection of the loading tenant");
            } catch (IOException e) {
                System.err.println("the loading tenant: " + e);
            }
        }

        /** Whether nothing but the id comes before the time: a status of 0 is not written. */
        private boolean isSent(byte[] in) {
            int behindId = frame.payload + 4 + in[frame.payload + 3];
            return behindId < frame.end && in[behindId] != STATUS;
        }

        private void read() throws IOException {
            byte[] in = new byte[256 << 10];
            int size = 0;
            while (true) {
                int read = connection.channel.read(ByteBuffer.wrap(in, size, in.length - size));
                if (read < 0) {
                    throw new EOFException();
                }
                size += read;
                int at = 0;
                int acks = 0;
                while (frame.read(in, at, size)) {
                    if (in[frame.payload] == ACK) {
                        acks++;
                        (isSent(in) ? taken : refused).incrementAndGet();
                    }
                    at = frame.end;
                }
                in = Arrays.copyOfRange(in, at, at + in.length);
                size -= at;
                synchronized (this) {
                    inFlight -= acks;
                }
                fill();
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Loader loader : loaders) {
            loader.connection.close();
        }
        backend.close();
    }
}
