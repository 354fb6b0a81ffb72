package io.mics.hook.http;

import io.helidon.common.LazyValue;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.mics.concurrent.Deadline;
import io.mics.hook.CallResult;
import io.mics.hook.HookOperation;
import io.mics.hook.HookTransport;
import io.mics.hook.HookUrls;
import io.mics.hook.http.HttpOutcome.Answered;
import io.mics.hook.http.HttpOutcome.Cut;
import io.mics.hook.http.HttpOutcome.Unanswered;
import io.mics.hook.http.HttpOutcome.Why;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** Hooks over HTTP/1.1: {@code POST {base}{path}}, 2xx is an answer. */
public final class HttpTransport implements HookTransport, AutoCloseable {
    /** The largest answer read, in bytes; a group of 200 000 members fits. */
    public static final int MAX_ANSWER_BYTES = 16 << 20;

    private static final List<Header> HEADERS =
            List.of(HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/protobuf"));

    private final LazyValue<HttpCaller> caller;

    /** A transport that reads answers of {@link #MAX_ANSWER_BYTES} at most; its first call loads what it needs. */
    public HttpTransport() {
        this(MAX_ANSWER_BYTES);
    }

    HttpTransport(int maxAnswerBytes) {
        this.caller = LazyValue.create(() -> new HttpCaller(maxAnswerBytes, AddressRule.FIRST, Optional.empty()));
    }

    /** Loads now what the first call needs, a fifth of a second of work. */
    public HttpTransport loaded() {
        Objects.requireNonNull(caller.get());
        return this;
    }

    @Override
    public Reply call(HookOperation operation, String baseUrl, Supplier<byte[]> request, Deadline deadline)
            throws InterruptedException {
        String url = baseUrl + operation.path();
        return switch (caller.get().call(HttpCall.post(url, HEADERS, request.get()), deadline)) {
            case Answered answered ->
                answered.success()
                        ? new Answer(answered.body())
                        : refused(answered.status(), url, baseUrl.endsWith(operation.path()));
            case Cut cut -> new Failure(result(cut.why()), cut.cause());
            case Unanswered none -> new Failure(result(none.why()), none.cause());
        };
    }

    @Override
    public void close() {
        if (caller.isLoaded()) {
            caller.get().close();
        }
    }

    private static Failure refused(int status, String url, boolean twice) {
        CallResult result = status < 500 ? CallResult.HTTP_4XX : CallResult.HTTP_5XX;
        String advice = status == 404 && twice ? ": the base URL already ends in the path of the hook" : "";
        return new Failure(result, status + " from " + HookUrls.shown(url) + advice);
    }

    private static CallResult result(Why why) {
        return switch (why) {
            case TIMEOUT -> CallResult.TIMEOUT;
            case NETWORK, GARBLED, FORBIDDEN -> CallResult.NETWORK_ERROR;
            case TOO_LARGE -> CallResult.DECODE_ERROR;
        };
    }
}
