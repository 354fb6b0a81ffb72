package io.mics.loadtest;

import io.mics.loadtest.DurableFrames.Said;
import io.mics.loadtest.DurableFrames.Way;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Senders with several conversations each, whose recipients are connected: as fast as their windows allow, or all
 * together at a rate. Every message must be acknowledged as sent, in order, and delivered once, in the order of its
 * conversation; else it ends in an exception. One thread.
 */
final class DurableTraffic implements AutoCloseable {
    private static final String TENANT = "playground";
    private static final int BUFFER = 256 * 1024;
    private static final int MOST_IN_FLIGHT = 64;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /**
     * What is sent.
     *
     * @param senders       connections that send; as many others receive
     * @param conversations of each sender, each with another recipient, in turns
     * @param window        messages of a sender in flight when it sends as fast as it can
     */
    record Shape(int senders, int conversations, int window) {}

    private static final class Sender {
        final int number;
        final LoadConnection connection;
        final long[] sentAt = new long[MOST_IN_FLIGHT];
        /** Of each conversation, the number of the last message that arrived, and its sequence number. */
        final int[] lastNumber;

        final long[] lastSeq;
        int sent;
        int acked;
        int delivered;

        Sender(int number, LoadConnection connection, int conversations) {
            this.number = number;
            this.connection = connection;
            lastNumber = new int[conversations];
            Arrays.fill(lastNumber, -1);
            lastSeq = new long[conversations];
        }

        int inFlight() {
            return sent - Math.min(acked, delivered);
        }
    }

    /** A connection, and who sends on it. */
    private record Link(LoadConnection connection, @Nullable Sender sender) {}

    private final Shape shape;
    private final Way way;
    private final DurableFrames frames;
    private final Selector selector = Selector.open();
    private final List<Sender> senders = new ArrayList<>();
    private final Said said = new Said();
    private final FrameHead head = new FrameHead();
    private final byte[] in = new byte[BUFFER];
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private final Latency ack = new Latency();
    private final Latency delivery = new Latency();
    private final String prefix;

    /**
     * Connects everybody.
     *
     * @param prefix of the users' names and the messages'
     */
    DurableTraffic(URI server, Way way, Shape shape, String prefix, int bodyBytes) throws IOException {
        this.shape = shape;
        this.way = way;
        this.prefix = prefix;
        frames = new DurableFrames(way, prefix, bodyBytes);
        for (int i = 0; i < shape.senders(); i++) {
            LoadConnection from = LoadConnection.open(server, TENANT, from(i), 0);
            from.channel.configureBlocking(false);
            Sender sender = new Sender(i, from, shape.conversations());
            from.channel.register(selector, SelectionKey.OP_READ, new Link(from, sender));
            senders.add(sender);
        }
        for (int i = 0; i < Math.max(shape.senders(), shape.conversations()); i++) {
            LoadConnection to = LoadConnection.open(server, TENANT, to(i), 0);
            to.channel.configureBlocking(false);
            to.channel.register(selector, SelectionKey.OP_READ, new Link(to, null));
        }
    }

    private String from(int sender) {
        return prefix + "s" + sender;
    }

    private String to(int recipient) {
        return prefix + "r" + recipient;
    }

    /** From the write of the sender to the read of the ack. */
    Latency ack() {
        return ack;
    }

    /** From the write of the sender to the read of the recipient. */
    Latency delivery() {
        return delivery;
    }

    private void send(Sender sender, int messages) throws IOException {
        long now = System.nanoTime();
        byte[][] bytes = new byte[messages][];
        for (int i = 0; i < messages; i++) {
            int number = sender.sent++;
            sender.sentAt[number % MOST_IN_FLIGHT] = now;
            int recipient =
                    (sender.number + number % shape.conversations()) % Math.max(shape.senders(), shape.conversations());
            bytes[i] = frames.message(from(sender.number), sender.number, to(recipient), number, now);
        }
        sender.connection.write(ByteBuffer.wrap(Wire.join(bytes)));
    }

    /** Sends as fast as the windows allow; returns the messages per second that arrived after the warm-up. */
    double fast(int warmup, int seconds) throws IOException {
        fill(warmup);
        forget();
        long before = delivered();
        long start = System.nanoTime();
        fill(seconds);
        double rate = (delivered() - before) * 1e9 / (System.nanoTime() - start);
        settle();
        return rate;
    }

    private void fill(int seconds) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < end) {
            for (Sender sender : senders) {
                int room = shape.window() - sender.inFlight();
                if (room > 0) {
                    send(sender, room);
                }
            }
            poll(100);
        }
    }

    /** Sends at a rate, a sender after the other; returns the share that did not go out because 64 were in flight. */
    double steady(double perSecond, int warmup, int seconds) throws IOException {
        long interval = (long) (1e9 / perSecond);
        long start = System.nanoTime();
        long measured = start + TimeUnit.SECONDS.toNanos(warmup);
        long end = measured + TimeUnit.SECONDS.toNanos(seconds);
        long due = start;
        boolean warm = warmup > 0;
        int turns = 0;
        int held = 0;
        for (long now = start; now < end; now = System.nanoTime()) {
            if (warm && now >= measured) {
                forget();
                warm = false;
                turns = 0;
                held = 0;
            }
            for (; due <= now; due += interval) {
                Sender sender = senders.get(turns++ % senders.size());
                if (sender.inFlight() < MOST_IN_FLIGHT) {
                    send(sender, 1);
                } else {
                    held++;
                }
            }
            poll(Math.max(1, TimeUnit.NANOSECONDS.toMillis(due - now)));
        }
        settle();
        return (double) held / turns;
    }

    private void forget() {
        ack.reset();
        delivery.reset();
    }

    private long delivered() {
        return senders.stream().mapToLong(sender -> sender.delivered).sum();
    }

    private void settle() throws IOException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (senders.stream().anyMatch(sender -> sender.inFlight() > 0)) {
            if (System.nanoTime() > end) {
                throw new IOException("not everything arrived: "
                        + senders.stream().mapToLong(Sender::inFlight).sum() + " messages are owed");
            }
            poll(100);
        }
        poll(200);
    }

    private void poll(long millis) throws IOException {
        selector.select(millis);
        for (SelectionKey key : selector.selectedKeys()) {
            read((Link) key.attachment());
        }
        selector.selectedKeys().clear();
    }

    private void read(Link link) throws IOException {
        LoadConnection connection = link.connection();
        int size = connection.partial.length;
        System.arraycopy(connection.partial, 0, in, 0, size);
        buffer.clear().limit(BUFFER - size);
        int n = connection.channel.read(buffer);
        if (n < 0) {
            throw new EOFException("the server closed a connection");
        }
        buffer.flip().get(in, size, n);
        size += n;
        long now = System.nanoTime();
        int at = 0;
        while (head.read(in, at, size)) {
            if ((head.opCode & 0xF) != 9) {
                received(link.sender(), now);
            }
            at = head.end;
        }
        connection.partial = Arrays.copyOfRange(in, at, size);
    }

    private void received(@Nullable Sender owner, long now) throws IOException {
        boolean binary = (head.opCode & 0xF) == 2;
        if (binary) {
            said.read(in, head.payload, head.end);
        }
        if (binary && said.delivery) {
            delivered(senders.get(said.sender), now);
        } else if (binary && said.ack && !said.failed && owner != null) {
            acked(owner, now);
        } else {
            throw new IOException("unexpected frame: " + LoadConnection.describe(in, head));
        }
    }

    private void delivered(Sender sender, long now) throws IOException {
        int conversation = said.number % shape.conversations();
        boolean next = said.number > sender.lastNumber[conversation]
                && (way == Way.PIPE || said.seq == sender.lastSeq[conversation] + 1);
        if (!next) {
            throw new IOException("message " + said.number + " at " + said.seq + " arrived after "
                    + sender.lastNumber[conversation] + " at " + sender.lastSeq[conversation]);
        }
        sender.lastNumber[conversation] = said.number;
        sender.lastSeq[conversation] = said.seq;
        sender.delivered++;
        delivery.record(now - said.sentAt);
    }

    private void acked(Sender sender, long now) throws IOException {
        if (said.number != sender.acked) {
            throw new IOException("message " + said.number + " acknowledged, expected " + sender.acked);
        }
        ack.record(now - sender.sentAt[sender.acked++ % MOST_IN_FLIGHT]);
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
