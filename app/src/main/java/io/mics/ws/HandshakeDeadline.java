package io.mics.ws;

import io.helidon.common.buffers.BufferData;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import io.mics.observe.Log;
import io.mics.session.Timed;
import io.mics.session.TimingWheel;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The time a socket has to say a whole request head. The first one counts from when the socket was accepted, a later
 * one on the same socket from its first line; bytes that trickle in change nothing. A socket that is late is dropped.
 * Once the head is read, a WebSocket's included, nothing is watched.
 */
final class HandshakeDeadline implements Http1ConnectionListener {
    private static final Log LOG = Log.of(HandshakeDeadline.class);

    private final TimingWheel wheel;
    private final long timeoutNanos;
    private final Map<ConnectionContext, Head> unread = new ConcurrentHashMap<>();

    HandshakeDeadline(TimingWheel wheel, Duration timeout) {
        this.wheel = wheel;
        this.timeoutNanos = timeout.toNanos();
    }

    /** {@code http}, each of its sockets watched from the start. It must report to this listener. */
    ServerConnectionSelector watching(ServerConnectionSelector http) {
        return new Watched(http, this);
    }

    @Override
    public void prologue(ConnectionContext context, HttpPrologue prologue) {
        watch(context);
    }

    @Override
    public void headers(ConnectionContext context, Headers headers) {
        Head head = unread.remove(context);
        if (head != null) {
            head.read();
        }
    }

    private void watch(ConnectionContext context) {
        Head head = new Head(context, System.nanoTime());
        if (unread.putIfAbsent(context, head) == null) {
            head.timer = wheel.schedule(head, timeoutNanos);
        }
    }

    /** One request head that is not read yet. */
    private final class Head implements Timed {
        private final ConnectionContext context;
        private final long since;
        /** Set and used by the socket's own thread. */
        private TimingWheel.@Nullable Timer timer;

        Head(ConnectionContext context, long since) {
            this.context = context;
            this.since = since;
        }

        /** It is read: the wheel holds nothing of its socket any longer. */
        void read() {
            if (timer != null) {
                timer.cancel();
            }
        }

        @Override
        public long look(long nanos) {
            if (unread.get(context) != this) {
                return NEVER;
            }
            long left = since + timeoutNanos - nanos;
            if (left > 0) {
                return left;
            }
            if (unread.remove(context, this)) {
                // closing a TLS socket may block, and the wheel must not
                Thread.startVirtualThread(this::drop);
            }
            return NEVER;
        }

        private void drop() {
            try {
                context.serverSocket().close();
            } catch (RuntimeException e) {
                LOG.debug("socket already closed");
            }
        }
    }

    /** The server's own way to serve a socket, with a watch set before it. */
    private record Watched(ServerConnectionSelector http, HandshakeDeadline deadline)
            implements ServerConnectionSelector {
        @Override
        public int bytesToIdentifyConnection() {
            return http.bytesToIdentifyConnection();
        }

        @Override
        public Support supports(BufferData data) {
            return http.supports(data);
        }

        @Override
        public Set<String> supportedApplicationProtocols() {
            return http.supportedApplicationProtocols();
        }

        @Override
        public ServerConnection connection(ConnectionContext context) {
            deadline.watch(context);
            return http.connection(context);
        }
    }
}
