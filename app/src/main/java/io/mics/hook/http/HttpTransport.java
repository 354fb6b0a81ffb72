package io.mics.hook.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webclient.api.Proxy;
import io.helidon.webclient.http1.Http1Client;
import io.helidon.webclient.http1.Http1ClientResponse;
import io.mics.concurrent.Deadline;
import io.mics.concurrent.Subtask;
import io.mics.concurrent.TaskScope;
import io.mics.hook.CallResult;
import io.mics.hook.HookOperation;
import io.mics.hook.HookTransport;
import io.mics.hook.HookUrls;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

/**
 * Hooks over HTTP/1.1: {@code POST {base}{path}}, 2xx is an answer. Connections are kept and used again.
 *
 * <p>The deadline holds for the whole call, look-up and connecting included: the exchange is a child that is
 * interrupted,
 * which closes its socket, because no read timeout bounds a backend that answers a byte at a time. Redirects are not
 * followed.
 */
public final class HttpTransport implements HookTransport, AutoCloseable {
    /** The largest answer read, in bytes; a group of 200 000 members fits. */
    public static final int MAX_ANSWER_BYTES = 16 << 20;

    private static final int IDLE_CONNECTIONS = 256;
    private static final Duration LONGER_THAN_ANY_DEADLINE = Duration.ofHours(1);

    private final int maxAnswerBytes;
    private final Http1Client client;

    /** A transport that reads answers of {@link #MAX_ANSWER_BYTES} at most. */
    public HttpTransport() {
        this(MAX_ANSWER_BYTES);
    }

    HttpTransport(int maxAnswerBytes) {
        this.maxAnswerBytes = maxAnswerBytes;
        this.client = Http1Client.builder()
                .shareConnectionCache(false)
                .connectionCacheSize(IDLE_CONNECTIONS)
                .keepAlive(true)
                .followRedirects(false)
                .sendExpectContinue(false)
                .servicesDiscoverServices(false)
                .dnsResolver(new SharedLookup())
                .proxy(Proxy.noProxy())
                .socketOptions(options -> options.tcpNoDelay(true)
                        .connectTimeout(LONGER_THAN_ANY_DEADLINE)
                        .readTimeout(LONGER_THAN_ANY_DEADLINE))
                .build();
    }

    @Override
    public Reply call(HookOperation operation, String baseUrl, Supplier<byte[]> request, Deadline deadline)
            throws InterruptedException {
        String url = baseUrl + operation.path();
        byte[] body = request.get();
        try (TaskScope scope = TaskScope.open("hook-http", 1, deadline)) {
            Subtask<Reply> exchange = scope.fork(() -> exchange(url, body));
            scope.join();
            return exchange.get();
        } catch (TaskScope.TimeoutException e) {
            return new Failure(CallResult.TIMEOUT, "no answer in time from " + HookUrls.shown(url));
        } catch (TaskScope.FailedException e) {
            return new Failure(CallResult.NETWORK_ERROR, reason(e) + " at " + HookUrls.shown(url));
        }
    }

    @Override
    public void close() {
        client.closeResource();
    }

    private Reply exchange(String url, byte[] request) throws IOException {
        try (Http1ClientResponse response = client.post()
                .uri(url)
                .header(HeaderValues.create(HeaderNames.CONTENT_TYPE, "application/protobuf"))
                .submit(request)) {
            int status = response.status().code();
            if (status < 200 || status > 299) {
                CallResult result = status < 500 ? CallResult.HTTP_4XX : CallResult.HTTP_5XX;
                return new Failure(result, status + " from " + HookUrls.shown(url));
            }
            long announced = response.headers().contentLength().orElse(-1);
            byte[] body = announced > maxAnswerBytes ? null : read(response);
            if (body == null || body.length > maxAnswerBytes) {
                String cause = "answer over " + maxAnswerBytes + " bytes from " + HookUrls.shown(url);
                return new Failure(CallResult.DECODE_ERROR, cause);
            }
            if (body.length < announced) {
                return new Failure(CallResult.NETWORK_ERROR, "answer cut short by " + HookUrls.shown(url));
            }
            return new Answer(body);
        }
    }

    /** The body, or one byte more than allowed of it. */
    private byte[] read(Http1ClientResponse response) throws IOException {
        if (!response.entity().hasEntity()) {
            return new byte[0];
        }
        try (InputStream in = response.entity().inputStream()) {
            return in.readNBytes(maxAnswerBytes + 1);
        }
    }

    /** The innermost cause, in words. The text of an HTTP parser may quote the answer, so only sockets are quoted. */
    private static String reason(Throwable failure) {
        Throwable cause = failure;
        for (Throwable next = cause.getCause(); next != null; next = cause.getCause()) {
            cause = next;
        }
        return switch (cause) {
            case SocketException e -> String.valueOf(e.getMessage());
            case UnknownHostException e -> "unknown host";
            case SSLException e -> "TLS failed: " + e.getMessage();
            case Throwable e -> "no proper HTTP answer (" + e.getClass().getSimpleName() + ")";
        };
    }
}
