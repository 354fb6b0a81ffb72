package io.mics.hook.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.tls.Tls;
import io.helidon.http.HeaderNames;
import io.helidon.webclient.api.Proxy;
import io.helidon.webclient.http1.Http1Client;
import io.helidon.webclient.http1.Http1ClientRequest;
import io.helidon.webclient.http1.Http1ClientResponse;
import io.mics.concurrent.Deadline;
import io.mics.concurrent.Subtask;
import io.mics.concurrent.TaskScope;
import io.mics.hook.ConnectionFailure;
import io.mics.hook.HookUrls;
import io.mics.hook.http.AddressRule.ForbiddenException;
import io.mics.hook.http.HttpOutcome.Answered;
import io.mics.hook.http.HttpOutcome.Cut;
import io.mics.hook.http.HttpOutcome.Unanswered;
import io.mics.hook.http.HttpOutcome.Why;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Requests over HTTP/1.1, on connections that are kept and used again. Redirects are not followed.
 *
 * <p>The deadline holds for the whole call, look-up and connecting included: the exchange is a child that is
 * interrupted, which closes its socket, because no read timeout bounds a backend that answers a byte at a time.
 */
public final class HttpCaller implements AutoCloseable {
    private static final int IDLE_CONNECTIONS = 256;
    private static final int NO_STATUS = 0;
    private static final Duration LONGER_THAN_ANY_DEADLINE = Duration.ofHours(1);

    private final int maxAnswerBytes;
    private final Http1Client client;

    /**
     * Opens no connection yet.
     *
     * @param maxAnswerBytes the largest answer read
     * @param addresses      chooses what is connected to
     * @param tls            whom to trust; empty trusts whom the JVM trusts
     */
    public HttpCaller(int maxAnswerBytes, AddressRule addresses, Optional<Tls> tls) {
        this.maxAnswerBytes = maxAnswerBytes;
        var builder = Http1Client.builder()
                .shareConnectionCache(false)
                .connectionCacheSize(IDLE_CONNECTIONS)
                .keepAlive(true)
                .followRedirects(false)
                .sendExpectContinue(false)
                .servicesDiscoverServices(false)
                .dnsResolver(new SharedLookup(addresses))
                .proxy(Proxy.noProxy())
                .socketOptions(options -> options.tcpNoDelay(true)
                        .connectTimeout(LONGER_THAN_ANY_DEADLINE)
                        .readTimeout(LONGER_THAN_ANY_DEADLINE));
        tls.ifPresent(builder::tls);
        this.client = builder.build();
    }

    /** Makes one call; returns soon after the deadline at the latest. */
    public HttpOutcome call(HttpCall call, Deadline deadline) throws InterruptedException {
        Optional<Destination> to = Destination.of(call.url());
        if (to.isEmpty()) {
            String cause =
                    HookUrls.shown(call.url()) + " was not called: it is no URL of http or https with a host name";
            return new Unanswered(Why.FORBIDDEN, cause);
        }
        AtomicInteger status = new AtomicInteger(NO_STATUS);
        try (TaskScope scope = TaskScope.open("hook-http", 1, deadline)) {
            Subtask<HttpOutcome> exchange = scope.fork(() -> exchange(call, to.get(), status));
            scope.join();
            return exchange.get();
        } catch (TaskScope.TimeoutException e) {
            return broken(status, Why.TIMEOUT, "no answer in time from " + HookUrls.shown(call.url()));
        } catch (TaskScope.FailedException e) {
            return broken(status, e, HookUrls.shown(call.url()));
        }
    }

    @Override
    public void close() {
        client.closeResource();
    }

    private static HttpOutcome broken(AtomicInteger status, Why why, String cause) {
        return status.get() == NO_STATUS ? new Unanswered(why, cause) : new Cut(status.get(), why, cause);
    }

    private HttpOutcome exchange(HttpCall call, Destination to, AtomicInteger came) throws IOException {
        Http1ClientRequest request = client.method(call.method())
                .skipUriEncoding(true)
                .uri(to.root())
                .path(to.rest());
        call.headers().forEach(request::header);
        try (Http1ClientResponse response = call.body().length == 0 ? request.request() : request.submit(call.body())) {
            int status = response.status().code();
            came.set(status);
            String type = response.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
            if (!HttpOutcome.is2xx(status)) {
                return new Answered(status, type, new byte[0]);
            }
            long announced = response.headers().contentLength().orElse(-1);
            byte[] body = announced > maxAnswerBytes ? null : read(response);
            if (body == null || body.length > maxAnswerBytes) {
                String cause = "answer over " + maxAnswerBytes + " bytes from " + HookUrls.shown(call.url());
                return new Cut(status, Why.TOO_LARGE, cause);
            }
            if (body.length < announced) {
                return new Cut(status, Why.NETWORK, "answer cut short by " + HookUrls.shown(call.url()));
            }
            return new Answered(status, type, body);
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
    private static HttpOutcome broken(AtomicInteger status, Throwable failure, String url) {
        Throwable cause = ConnectionFailure.innermost(failure);
        if (cause instanceof ForbiddenException) {
            return broken(status, Why.FORBIDDEN, url + " was not called: " + cause.getMessage());
        }
        if (cause instanceof DataReader.InsufficientDataAvailableException) {
            return broken(status, Why.NETWORK, "connection closed without an answer at " + url);
        }
        return ConnectionFailure.isOfConnection(cause)
                ? broken(status, Why.NETWORK, ConnectionFailure.inWords(cause) + " at " + url)
                : broken(
                        status,
                        Why.GARBLED,
                        "no proper HTTP answer (" + cause.getClass().getSimpleName() + ") at " + url);
    }
}
