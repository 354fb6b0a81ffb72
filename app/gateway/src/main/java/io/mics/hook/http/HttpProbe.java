package io.mics.hook.http;

import io.mics.concurrent.Deadline;
import io.mics.hook.point.Acknowledged;
import io.mics.hook.point.HookResponse;
import io.mics.httpclient.ConnectionPool;
import io.mics.httpclient.Destination;
import io.mics.httpclient.HttpCall;
import io.mics.httpclient.HttpOutcome.Answered;
import io.mics.httpclient.HttpOutcome.Cut;
import io.mics.httpclient.HttpOutcome.Unanswered;
import java.util.Optional;

/**
 * A harmless look whether something answers at a URL: {@code OPTIONS}, without a body and without a signature. Any
 * answer but a redirect, "gone" and a server's failure is a sign of life, since a hook may well refuse all but signed
 * posts. "Not found", "method not allowed" and "not implemented" are what frameworks answer {@code OPTIONS} at a path
 * that takes posts alone.
 *
 * <p>Some gRPC servers answer a health check so, too. A wrong path of a webhook is found by its first call instead.
 */
public final class HttpProbe {
    private static final int GONE = 410;
    private static final int NOT_IMPLEMENTED = 501;
    private static final int MAX_ANSWER_BYTES = 64 << 10;

    private HttpProbe() {}

    /** Looks once. */
    public static HookResponse<Acknowledged> of(ConnectionPool pool, String url, Deadline deadline)
            throws InterruptedException {
        Optional<Destination> to = Destination.of(url);
        if (to.isEmpty()) {
            return new HookResponse.Failed<>(HookResponse.Kind.FORBIDDEN, HttpFailures.noUrl(url));
        }
        return switch (pool.call(HttpCall.options(to.get(), MAX_ANSWER_BYTES), deadline)) {
            case Answered answered -> alive(answered.status(), url);
            case Cut cut -> alive(cut.status(), url);
            case Unanswered none -> new HookResponse.Failed<>(HttpFailures.kind(none.why()), none.cause());
        };
    }

    private static HookResponse<Acknowledged> alive(int status, String url) {
        boolean alive = status == NOT_IMPLEMENTED || (status < 500 && status != GONE && !HttpFailures.is3xx(status));
        return alive ? new HookResponse.Answered<>(Acknowledged.ACKNOWLEDGED) : HttpFailures.refused(status, url);
    }
}
