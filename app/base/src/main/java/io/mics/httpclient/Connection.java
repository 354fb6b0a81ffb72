package io.mics.httpclient;

import io.mics.concurrent.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.http.impl.io.SessionInputBufferImpl;

/**
 * One connection. Used by one call at a time; {@link DeadlineWatchdog} closes it when that call's deadline has passed,
 * which ends whatever the call blocks on, and so does an interrupt of the calling thread.
 */
final class Connection implements AutoCloseable {
    /** How much longer than its deadline a call may take to read an answer that came in time. */
    static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final int BUFFER_BYTES = 4_096;

    private final SocketChannel channel;
    private final DeadlineWatchdog watchdog;
    private final AddressRule rule;
    private final ByteBuffer unread = ByteBuffer.allocate(1);
    private final SessionInputBufferImpl buffer =
            new SessionInputBufferImpl(BUFFER_BYTES, ConnectionInput.MAX_HEAD_BYTES);
    private ConnectionInput in = new ConnectionInput(InputStream.nullInputStream());
    private InputStream decrypted = InputStream.nullInputStream();
    private OutputStream out = OutputStream.nullOutputStream();
    private long idleUntil;

    private long dueNanos;
    /** The deadline that passed while an answer was at hand, and until when its reader may run: the watchdog's. */
    private long lateDue;

    private long lateUntil;
    private volatile boolean busy;

    private Connection(SocketChannel channel, DeadlineWatchdog watchdog, AddressRule rule) {
        this.channel = channel;
        this.watchdog = watchdog;
        this.rule = rule;
    }

    /** Connects; what it throws when the deadline passed first is a closed channel's. */
    static Connection connect(
            InetAddress address, int port, AddressRule rule, Deadline deadline, DeadlineWatchdog watchdog)
            throws IOException {
        SocketChannel channel = SocketChannel.open();
        Connection connection = new Connection(channel, watchdog, rule);
        boolean connected = false;
        try {
            watchdog.add(connection);
            connection.begin(deadline);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.connect(new InetSocketAddress(address, port));
            if (channel.getLocalAddress().equals(channel.getRemoteAddress())) {
                throw new ConnectException("Connection refused"); // a TCP self-connect: nobody listens
            }
            connection.streams(channel.socket());
            connected = true;
            return connection;
        } finally {
            if (!connected) {
                connection.close();
            }
        }
    }

    /** Speaks TLS from now on; the certificate must be one for {@code host}. */
    void secure(TrustStore trust, String host, int port, Deadline deadline) throws IOException {
        begin(deadline);
        SSLSocket secured = (SSLSocket) trust.sockets().createSocket(channel.socket(), host, port, true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        streams(secured);
        decrypted = secured.getInputStream();
    }

    private void streams(Socket socket) throws IOException {
        in = new ConnectionInput(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** Begins a call, which ends when the deadline passes. */
    void begin(Deadline deadline) {
        dueNanos = deadline.atNanos();
        busy = true;
        watchdog.set(dueNanos);
    }

    /** Ends a call whose connection stays open for {@code nanos}. */
    void idle(long nanos) {
        busy = false;
        idleUntil = System.nanoTime() + nanos;
    }

    /** Whether an idle connection has been idle for long enough. */
    boolean isOverdue(long nowNanos) {
        return idleUntil - nowNanos <= 0;
    }

    /**
     * Closes it when its call's deadline has passed; otherwise that deadline or {@code earliest}, whichever is first.
     * Where bytes of the answer are at hand by then, the backend was in time and their reader was not: it has
     * {@link #LATE_NANOS} more to run, once. To be called by one thread only.
     */
    long look(long nowNanos, long earliest) {
        if (!busy) {
            return earliest;
        }
        long due = dueNanos;
        if (due - nowNanos <= 0) {
            if (lateDue != due && hasBytesAtHand()) {
                lateDue = due;
                lateUntil = nowNanos + LATE_NANOS;
            }
            if (lateDue != due || lateUntil - nowNanos <= 0) {
                close();
                return earliest;
            }
            due = lateUntil;
        }
        return due - earliest < 0 ? due : earliest;
    }

    /** Whether bytes came that nobody has read yet. */
    boolean hasBytesAtHand() {
        try {
            return channel.isConnected() && channel.socket().getInputStream().available() > 0;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Whether the other end has neither closed it nor sent anything since the last answer. What it sent is nobody's
     * answer, so a connection with unread bytes is of no use any more, and some have been taken off it by this look.
     */
    boolean isQuiet() {
        try {
            if (buffer.hasBufferedData() || decrypted.available() > 0) {
                return false;
            }
            channel.configureBlocking(false);
            unread.clear();
            int read = channel.read(unread);
            channel.configureBlocking(true);
            return read == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether bytes are at hand that the answer did not announce. */
    boolean hasSurplus() throws IOException {
        return buffer.hasBufferedData() || decrypted.available() > 0;
    }

    ConnectionInput in() {
        return in;
    }

    OutputStream out() {
        return out;
    }

    SessionInputBufferImpl buffer() {
        return buffer;
    }

    /** The rule under which its address was chosen. */
    AddressRule rule() {
        return rule;
    }

    /** Closes it at once, whatever it is used for: bytes not sent yet are lost, and TLS sends no close_notify. */
    @Override
    public void close() {
        busy = false;
        watchdog.remove(this);
        try {
            channel.close();
        } catch (IOException e) {
            // it is gone either way
        }
    }
}
