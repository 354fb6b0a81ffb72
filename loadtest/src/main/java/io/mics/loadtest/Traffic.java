package io.mics.loadtest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A run of closed loops against one server: warm-up, measured time, then the counts that must agree. */
final class Traffic implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Arguments arguments;
    private final ServerFrames frames = new ServerFrames();
    private final Timings timings = new Timings();
    private final List<ClosedLoop> senders = new ArrayList<>();
    private int opened;

    Traffic(Arguments arguments) throws IOException {
        this.arguments = arguments;
    }

    /** Pairs of connections, one sending to the other. */
    static void relay(Arguments arguments, Figures figures) throws IOException {
        try (Traffic traffic = new Traffic(arguments)) {
            for (int i = 0; i < arguments.number("pairs", 100); i++) {
                LoadConnection receiver = traffic.open("b" + i);
                int window = arguments.number("window", 1);
                MessageFrames messages = MessageFrames.toUser("b" + i, window, arguments.number("body", 128));
                traffic.sender("a" + i, messages, window, List.of(receiver));
            }
            traffic.run(figures);
        }
    }

    /** One connection sending to a group of many. */
    static void fanOut(Arguments arguments, Figures figures) throws IOException {
        try (Traffic traffic = new Traffic(arguments)) {
            int members = arguments.number("members", 1000);
            List<LoadConnection> receivers = new ArrayList<>();
            for (int i = 0; i < members; i++) {
                receivers.add(traffic.open("m" + i));
            }
            int window = arguments.number("window", 1);
            MessageFrames messages = MessageFrames.toGroup("g" + members, window, arguments.number("body", 128));
            traffic.sender("s0", messages, window, receivers);
            traffic.run(figures);
        }
    }

    private LoadConnection open(String user) throws IOException {
        LoadConnection connection = LoadConnection.open(arguments.url(), arguments.tenant(), user, opened++);
        connection.register(frames.selector);
        return connection;
    }

    private void sender(String user, MessageFrames messages, int window, List<LoadConnection> to) throws IOException {
        ClosedLoop sender = new ClosedLoop(open(user), messages, window, to.size(), timings);
        to.forEach(receiver -> receiver.source = sender);
        senders.add(sender);
    }

    private void run(Figures figures) throws IOException {
        for (ClosedLoop sender : senders) {
            sender.fill();
        }
        keepSending(arguments.number("warmup", 3));
        timings.reset();
        long startAcked = senders.stream().mapToLong(ClosedLoop::acked).sum();
        long startDeliveries =
                senders.stream().mapToLong(ClosedLoop::deliveries).sum();
        double startCpu = arguments.server().cpuSeconds();
        long start = System.nanoTime();
        keepSending(arguments.number("seconds", 5));
        double elapsed = (System.nanoTime() - start) / 1e9;
        double cpu = arguments.server().cpuSeconds() - startCpu;
        long acked = senders.stream().mapToLong(ClosedLoop::acked).sum() - startAcked;
        long deliveries = senders.stream().mapToLong(ClosedLoop::deliveries).sum() - startDeliveries;
        figures.add("messages_per_second", acked / elapsed);
        figures.add("deliveries_per_second", deliveries / elapsed);
        figures.add("cpu_seconds_per_million_deliveries", cpu / deliveries * 1e6);
        figures.add("delivery_p50_us", timings.delivery.micros(0.50));
        figures.add("delivery_p99_us", timings.delivery.micros(0.99));
        figures.add("last_delivery_p50_us", timings.last.micros(0.50));
        figures.add("last_delivery_p99_us", timings.last.micros(0.99));
        figures.add("ack_p50_us", timings.ack.micros(0.50));
        figures.add("ack_p99_us", timings.ack.micros(0.99));
        settle(figures);
    }

    private void keepSending(int seconds) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < end) {
            frames.poll(100);
            for (ClosedLoop sender : timings.changed()) {
                sender.fill();
            }
            timings.clearChanged();
        }
    }

    /** Waits for what is in flight, then a moment longer for what should not come, and compares the counts. */
    private void settle(Figures figures) throws IOException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() < end && !senders.stream().allMatch(ClosedLoop::idle)) {
            frames.poll(100);
        }
        frames.poll(200);
        long sent = senders.stream().mapToLong(ClosedLoop::sent).sum();
        long acked = senders.stream().mapToLong(ClosedLoop::acked).sum();
        long deliveries = senders.stream().mapToLong(ClosedLoop::deliveries).sum();
        long owed = senders.stream().mapToLong(ClosedLoop::owed).sum();
        figures.add("sent", sent);
        figures.add("acked", acked);
        figures.add("delivered", deliveries);
        if (sent != acked || owed != 0) {
            throw new IOException("counts disagree: sent " + sent + ", acked " + acked + ", delivered " + deliveries
                    + ", still owed " + owed);
        }
    }

    @Override
    public void close() throws IOException {
        frames.close();
    }
}
