package io.mics.httpclient;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.mics.concurrent.Deadline;
import io.mics.httpclient.ConnectionInput.MalformedException;
import io.mics.httpclient.HttpOutcome.Answered;
import io.mics.httpclient.HttpOutcome.Cut;
import io.mics.httpclient.HttpOutcome.Why;
import io.mics.httpclient.ResponseBudget.NoRoomException;
import io.mics.httpclient.ResponseBudget.Reservation;
import java.io.IOException;
import java.util.Arrays;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.jspecify.annotations.Nullable;

/** One request and its answer over one connection. */
final class Exchange {
    private static final int MAX_FIELDS = 1_024;
    private static final int MAX_INTERIM = 16;
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int FINAL = 200;
    private static final int FIRST_PART = 1_024;
    private static final int JOINED_BYTES = 64 << 10;

    /** A connection that has seen a head as large as this holds on to buffers of that size. */
    private static final int MAX_KEPT_HEAD = 16 << 10;

    private static final byte[] NOTHING = {};
    private static final Http1Config LIMITS = Http1Config.custom()
            .setMaxLineLength(ConnectionInput.MAX_HEAD_BYTES)
            .setMaxHeaderCount(MAX_FIELDS)
            .setMaxEmptyLineCount(8)
            .build();

    private final Connection connection;
    private final HttpCall call;
    private final Deadline deadline;
    private final ResponseBudget budget;
    private final BodyBufferPool bodies;
    private int status;
    private boolean reusable;
    private long idleNanos;

    Exchange(Connection connection, HttpCall call, Deadline deadline, ResponseBudget budget, BodyBufferPool bodies) {
        this.connection = connection;
        this.call = call;
        this.deadline = deadline;
        this.budget = budget;
        this.bodies = bodies;
    }

    /** The status of the answer, once its head has been read; 0 before. */
    int status() {
        return status;
    }

    /** Whether the whole answer has been read and the connection may carry another call. */
    boolean reusable() {
        return reusable;
    }

    /** How long the server said it would keep the connection. */
    long idleNanos() {
        return idleNanos;
    }

    /** Sends the request and reads the answer. */
    HttpOutcome run() throws IOException, HttpException, InterruptedException, NoRoomException {
        connection.in().expectHead();
        try {
            send();
        } catch (IOException e) {
            return early(e);
        }
        return read();
    }

    /** A server may refuse a request before it has read it, and close: then its answer says more than the failure. */
    private HttpOutcome early(IOException failure)
            throws IOException, HttpException, InterruptedException, NoRoomException {
        try {
            HttpOutcome outcome = read();
            reusable = false;
            return outcome;
        } catch (IOException e) {
            failure.addSuppressed(e);
            throw failure;
        }
    }

    private void send() throws IOException {
        StringBuilder head = new StringBuilder(256);
        head.append(call.method()).append(' ').append(call.to().target()).append(" HTTP/1.1\r\nHost: ");
        head.append(call.to().authority());
        head.append("\r\nConnection: keep-alive\r\nAccept-Encoding: identity\r\nUser-Agent: mics\r\n");
        for (HttpCall.Field field : call.fields()) {
            head.append(field.name()).append(": ").append(field.value()).append("\r\n");
        }
        byte[] body = call.body();
        byte[] start = head.append("Content-Length: ")
                .append(body.length)
                .append("\r\n\r\n")
                .toString()
                .getBytes(US_ASCII);
        if (body.length > JOINED_BYTES) {
            connection.out().write(start);
            connection.out().write(body);
        } else {
            byte[] joined = Arrays.copyOf(start, start.length + body.length);
            System.arraycopy(body, 0, joined, start.length, body.length);
            connection.out().write(joined);
        }
        connection.out().flush();
    }

    private HttpOutcome read() throws IOException, HttpException, InterruptedException, NoRoomException {
        ResponseHead head = head();
        boolean small = connection.in().headBytes() <= MAX_KEPT_HEAD;
        connection.in().expectBody(head.length() == ResponseHead.UNTIL_END);
        status = head.status();
        idleNanos = head.idleNanos();
        if (!HttpOutcome.is2xx(status)) {
            reusable = skip(head) && head.isPersistent() && small && !connection.hasSurplus();
            return new Answered(status, head.contentType(), head.date(), NOTHING);
        }
        if (!head.coding().isEmpty()) {
            throw new MalformedException("a Content-Encoding that was not asked for");
        }
        HttpOutcome outcome =
                head.hasBody() ? body(head) : new Answered(status, head.contentType(), head.date(), NOTHING);
        reusable = outcome instanceof Answered && head.isPersistent() && small && !connection.hasSurplus();
        return outcome;
    }

    /** The head of the final answer; interim ones are passed over, but a protocol nobody asked for is an error. */
    private ResponseHead head() throws IOException, HttpException {
        DefaultHttpResponseParser parser = new DefaultHttpResponseParser(LIMITS);
        for (int interim = 0; interim <= MAX_INTERIM; interim++) {
            ClassicHttpResponse response = parser.parse(connection.buffer(), connection.in());
            int code = response.getCode();
            if (code == SWITCHING_PROTOCOLS || code < 100) {
                throw new MalformedException(code < 100 ? "no status" : "another protocol");
            }
            if (code >= FINAL) {
                return ResponseHead.of(response);
            }
        }
        throw new MalformedException("more than " + MAX_INTERIM + " interim answers");
    }

    /** Passes over a body nobody reads when it is at hand; the connection is not worth waiting for it. */
    private boolean skip(ResponseHead head) throws IOException {
        if (!head.hasBody() || head.length() == 0) {
            return true;
        }
        long length = head.length();
        return length > 0
                && length <= connection.buffer().length()
                && connection.buffer().read(new byte[(int) length], 0, (int) length, connection.in()) == length;
    }

    private HttpOutcome body(ResponseHead head) throws IOException, InterruptedException, NoRoomException {
        int most = Math.min(call.maxAnswerBytes(), budget.largest(call.tenant()));
        if (head.length() > most) {
            return tooLarge(most);
        }
        byte @Nullable [] body = head.length() >= 0 ? announced((int) head.length()) : unannounced(head, most);
        if (body == null) {
            return tooLarge(most);
        }
        return call.check().answers(body)
                ? new Answered(status, head.contentType(), head.date(), body)
                : new Cut(
                        status,
                        Why.MISDIRECTED,
                        "an answer to another request from " + call.to().shown());
    }

    private Cut tooLarge(int most) {
        return new Cut(
                status,
                Why.TOO_LARGE,
                "answer over " + most + " bytes from " + call.to().shown());
    }

    private byte[] announced(int length) throws IOException, InterruptedException, NoRoomException {
        if (length == 0) {
            return NOTHING;
        }
        Reservation reserved = budget.reserve(call.tenant(), length, deadline);
        try (reserved) {
            byte[] body = bodies.take(length);
            for (int read = 0; read < length; ) {
                read += connection.buffer().read(body, read, length - read, connection.in());
            }
            return body;
        }
    }

    /** A body of unknown length, or null when it is over {@code most} bytes. */
    private byte @Nullable [] unannounced(ResponseHead head, int most)
            throws IOException, InterruptedException, NoRoomException {
        ChunkedBody chunks = new ChunkedBody(connection.buffer(), connection.in());
        boolean chunked = head.length() == ResponseHead.CHUNKED;
        byte[] body = new byte[FIRST_PART];
        int length = 0;
        int limit = Math.min(most, ResponseBudget.SMALL);
        Reservation small = budget.reserve(call.tenant(), limit, deadline);
        @Nullable Reservation large = null;
        try {
            while (true) {
                if (length == body.length) {
                    body = Arrays.copyOf(body, grown(length, limit));
                }
                int read = chunked
                        ? chunks.read(body, length, body.length - length)
                        : connection.buffer().read(body, length, body.length - length, connection.in());
                if (read < 0) {
                    return Arrays.copyOf(body, length);
                }
                length += read;
                if (length > limit && limit == most) {
                    return null;
                }
                if (length > limit) {
                    large = budget.reserve(call.tenant(), most, deadline);
                    limit = most;
                }
            }
        } finally {
            small.close();
            if (large != null) {
                large.close();
            }
        }
    }

    /** Twice as much; one byte over the limit, to distinguish a body that is too long from one that ends just there. */
    private static int grown(int length, int limit) {
        return (int) Math.min(2L * length, limit + 1L);
    }
}
