package io.mics.hook.http;

import io.mics.concurrent.Deadline;
import io.mics.hook.point.HookClient.Taken;
import io.mics.hook.point.Reply;
import io.mics.httpclient.ConnectionPool;
import io.mics.httpclient.Destination;
import io.mics.httpclient.HttpCall;
import io.mics.httpclient.HttpOutcome.Answered;
import io.mics.httpclient.HttpOutcome.Cut;
import io.mics.httpclient.HttpOutcome.Unanswered;
import java.util.Optional;
import java.util.Set;

/**
 * A harmless look whether something answers at a URL: {@code OPTIONS}, without a body and without a signature. Any
 * answer but a redirect, "not found" and a server's failure is a sign of life, since a hook may well refuse all but
 * signed posts.
 */
public final class Probe {
    private static final Set<Integer> ABSENT = Set.of(404, 410);
    private static final int MAX_ANSWER_BYTES = 64 << 10;

    private Probe() {}

    /** Looks once. */
    public static Reply<Taken> of(ConnectionPool pool, String url, Deadline deadline) throws InterruptedException {
        Optional<Destination> to = Destination.of(url);
        if (to.isEmpty()) {
            return new Reply.Failed<>(Reply.Kind.FORBIDDEN, HttpReplies.noUrl(url));
        }
        return switch (pool.call(HttpCall.options(to.get(), MAX_ANSWER_BYTES), deadline)) {
            case Answered answered -> alive(answered.status(), url);
            case Cut cut -> alive(cut.status(), url);
            case Unanswered none -> new Reply.Failed<>(HttpReplies.kind(none.why()), none.cause());
        };
    }

    private static Reply<Taken> alive(int status, String url) {
        boolean alive = status < 500 && !HttpReplies.is3xx(status) && !ABSENT.contains(status);
        return alive ? new Reply.Answered<>(Taken.TAKEN) : HttpReplies.refused(status, url);
    }
}
