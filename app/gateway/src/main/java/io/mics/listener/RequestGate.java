package io.mics.listener;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the server library may read of a socket: one whole, well-formed request head at a time, then that request's body
 * to its last byte and no further. A request that two readers could take for different ones is answered here, and the
 * connection closed (RFC 9112, 6.3). Read by the socket's thread only.
 *
 * <p>Helidon's parser takes two lengths, a length beside chunks, and the rest of an unread body for the next request.
 * So heads are read twice: strictly here, then by Helidon what this wrote anew in one spelling. HTTP/1.0 is passed to
 * it as 1.1 with {@code Connection: close}; where such a client names no host it gets {@code http10.invalid}.
 */
final class RequestGate implements Supplier<byte @Nullable []> {
    private static final byte[] NOTHING = new byte[0];
    private static final int HEAD_MAX = RequestHead.LINE_MAX + RequestHead.HEADERS_MAX;
    private static final int EMPTY_LINES_MAX = 2;

    /** What the socket does next, for whoever watches its deadlines. */
    interface Progress {
        /** Nothing is asked. */
        void idle();

        /** A request head has begun. */
        void head();

        /** A request head is whole. */
        void exchange();

        /** A request was refused; the status is on the socket. */
        void refused(int status);
    }

    private final HelidonSocket socket;
    private final int bodyMax;
    private final Progress progress;

    private byte[] unread = NOTHING;
    private int from;

    private boolean offered;
    private volatile boolean last;
    private volatile boolean answering;
    private volatile boolean answered;
    private long bodyLeft;
    private @Nullable ChunkedBody chunks;

    RequestGate(HelidonSocket socket, int bodyMax, Progress progress) {
        this.socket = socket;
        this.bodyMax = bodyMax;
        this.progress = progress;
    }

    /** Bytes that were read before the gate was there come first. */
    void unread(byte[] bytes) {
        unread = bytes;
        from = 0;
    }

    @Override
    public byte @Nullable [] get() {
        try {
            if (bodyLeft > 0 || chunks != null) {
                return body();
            }
            return last ? null : head();
        } catch (UncheckedIOException e) {
            throw new ServerConnectionException("client is gone", e);
        }
    }

    /** Bytes of whatever protocol the connection was upgraded to; null at its end. */
    byte @Nullable [] raw() {
        if (from == unread.length) {
            return socket.get();
        }
        byte[] rest = Arrays.copyOfRange(unread, from, unread.length);
        unread = NOTHING;
        from = 0;
        return rest;
    }

    /** The server library begins a request: a head that this gate did not hand out is the rest of a body. */
    void headTaken() {
        if (!offered) {
            throw new CloseConnectionException("a body was not read to its end");
        }
        offered = false;
    }

    /** The answer in flight is the connection's last. */
    void lastExchange() {
        last = true;
    }

    /**
     * Something of an answer goes to the socket.
     *
     * @throws CloseConnectionException when the request was answered here
     */
    void answering() {
        if (answered) {
            throw new CloseConnectionException("the request was refused and answered");
        }
        answering = true;
    }

    /** Whether the client may still be sending what nobody will read. */
    boolean unfinished() {
        return bodyLeft > 0 || chunks != null || from < unread.length;
    }

    private byte @Nullable [] head() {
        answering = false;
        boolean begun = from < unread.length;
        if (begun) {
            progress.head();
        } else {
            progress.idle();
        }
        int lineStart = from;
        int emptyLines = 0;
        int at = from;
        while (true) {
            while (at < unread.length) {
                if (unread[at++] != '\n') {
                    continue;
                }
                if (at - 1 == lineStart || unread[at - 2] != '\r') {
                    throw refuse(400, "bare line feed");
                }
                boolean empty = at - 2 == lineStart;
                lineStart = at;
                if (empty && at - 2 > from) {
                    return whole(at);
                }
                if (empty) {
                    from = at;
                    if (++emptyLines > EMPTY_LINES_MAX) {
                        throw refuse(400, "malformed request line");
                    }
                }
            }
            if (unread.length - from > HEAD_MAX) {
                throw refuse(431, "request head too large");
            }
            int shift = from;
            if (!more()) {
                return null;
            }
            lineStart -= shift;
            at -= shift;
            if (!begun) {
                begun = true;
                progress.head();
            }
        }
    }

    /** Reads on; what was read and not taken stays in front. */
    private boolean more() {
        byte[] next = socket.get();
        if (next == null) {
            return false;
        }
        if (from == unread.length) {
            unread = next;
        } else {
            byte[] joined = Arrays.copyOfRange(unread, from, unread.length + next.length);
            System.arraycopy(next, 0, joined, unread.length - from, next.length);
            unread = joined;
        }
        from = 0;
        return true;
    }

    private byte[] whole(int end) {
        RequestHead head = switch (RequestHead.read(unread, from, end)) {
            case RequestHead.Reading.Refused refused -> throw refuse(refused.status(), refused.reason());
            case RequestHead.Reading.Valid valid -> valid.head();
        };
        if (head.length() > bodyMax) {
            throw refuse(413, "body too large");
        }
        from = end;
        last = head.last();
        bodyLeft = Math.max(0, head.length());
        chunks = head.length() == RequestHead.CHUNKED ? new ChunkedBody(bodyMax) : null;
        offered = true;
        progress.exchange();
        return head.bytes();
    }

    private byte @Nullable [] body() {
        if (from == unread.length && !more()) {
            return null;
        }
        ChunkedBody chunked = chunks;
        if (chunked == null) {
            int length = (int) Math.min(bodyLeft, unread.length - from);
            byte[] piece = Arrays.copyOfRange(unread, from, from + length);
            from += length;
            bodyLeft -= length;
            return piece;
        }
        ByteArrayOutputStream piece = new ByteArrayOutputStream(unread.length - from + 16);
        while (piece.size() == 0) {
            if (from == unread.length && !more()) {
                return null;
            }
            try {
                from = chunked.read(unread, from, unread.length, piece);
            } catch (ChunkedBody.Malformed e) {
                throw refuse(e.status(), String.valueOf(e.getMessage()));
            }
        }
        if (chunked.done()) {
            chunks = null;
        }
        return piece.toByteArray();
    }

    /** Answers in the server library's stead, unless it has begun to; nothing is read after that. */
    private CloseConnectionException refuse(int status, String reason) {
        last = true;
        bodyLeft = 0;
        chunks = null;
        from = unread.length;
        if (!answering) {
            answered = true;
            byte[] text = reason.getBytes(StandardCharsets.UTF_8);
            String head = "HTTP/1.1 " + status + " " + phrase(status) + "\r\nConnection: close\r\n"
                    + "Content-Type: text/plain; charset=utf-8\r\nContent-Length: " + text.length + "\r\n\r\n";
            socket.write(BufferData.create((head + reason).getBytes(StandardCharsets.UTF_8)));
        }
        progress.refused(status);
        return new CloseConnectionException("request refused: " + reason);
    }

    private static String phrase(int status) {
        return switch (status) {
            case 413 -> "Content Too Large";
            case 431 -> "Request Header Fields Too Large";
            case 505 -> "HTTP Version Not Supported";
            default -> "Bad Request";
        };
    }
}
