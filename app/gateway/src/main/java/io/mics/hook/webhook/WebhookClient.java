package io.mics.hook.webhook;

import io.mics.concurrent.Deadline;
import io.mics.hook.CaFile;
import io.mics.hook.HookUrls;
import io.mics.hook.http.HttpFailures;
import io.mics.hook.http.HttpProbe;
import io.mics.hook.point.Acknowledged;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookRequest;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.PostSendResultLimit;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.HookDefinition.Guarantee;
import io.mics.hook.policy.Target;
import io.mics.httpclient.ConnectionPool;
import io.mics.httpclient.Destination;
import io.mics.httpclient.HttpCall;
import io.mics.httpclient.HttpCall.AnswerCheck;
import io.mics.httpclient.HttpCall.Field;
import io.mics.httpclient.HttpClient;
import io.mics.httpclient.HttpOutcome;
import io.mics.httpclient.HttpOutcome.Answered;
import io.mics.httpclient.HttpOutcome.Cut;
import io.mics.httpclient.HttpOutcome.Unanswered;
import io.mics.httpclient.TrustStore;
import io.mics.observe.TraceId;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.sign.WebhookSigner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** One URL that takes JSON. */
final class WebhookClient implements HookClient {
    /** The largest answer read, in bytes. */
    static final int MAX_ANSWER_BYTES = 1 << 20;

    private static final Field JSON = new Field("Content-Type", "application/json");
    private static final Pattern NO_HEADER = Pattern.compile("[^\\x21-\\x7e]");

    private final Target.Webhook target;
    private final String url;
    private final boolean atMostOnce;
    private final WebhookBodies bodies;
    private final List<Field> fixed;
    private final WebhookSigner signer;
    private final Optional<Destination> to;
    private final ConnectionPool connections;
    private final PostSendResultLimit resultLimit;

    WebhookClient(HookDefinition definition, Target.Webhook target, HttpClient client, Supplier<Egress> egress) {
        this.target = target;
        this.url = target.url().toString();
        this.atMostOnce = definition.guarantee() == Guarantee.AT_MOST_ONCE;
        this.to = Destination.of(url);
        this.bodies = new WebhookBodies(definition, target.extras().metadata());
        this.fixed = fixed(target);
        this.signer = new WebhookSigner(target.secrets());
        String ca = target.caPath();
        this.connections = client.pool(egress, ca.isEmpty() ? TrustStore.JVM : TrustStore.of(() -> CaFile.read(ca)));
        this.resultLimit = new PostSendResultLimit(HookUrls.shown(url));
    }

    /** What is the same in every call. */
    private static List<Field> fixed(Target.Webhook target) {
        List<Field> all = new ArrayList<>();
        all.add(JSON);
        target.extras().headers().forEach((name, value) -> all.add(new Field(name, value)));
        if (!target.extras().secretHeader().isEmpty()) {
            all.add(new Field(target.extras().secretHeader(), target.secrets().getFirst()));
        }
        return List.copyOf(all);
    }

    @Override
    public <A> HookResponse<A> call(HookContext context, HookRequest<A> request, Deadline deadline)
            throws InterruptedException {
        return switch (post(context, bodies.of(context, request), deadline)) {
            case Answered answered ->
                answered.success() ? answer(answered).responseTo(request) : refused(answered.status());
            case Cut cut ->
                HttpOutcome.is2xx(cut.status())
                        ? new CutAnswer(HttpFailures.kind(cut.why()), cut.cause()).responseTo(request)
                        : refused(cut.status());
            case Unanswered none -> new HookResponse.Failed<>(HttpFailures.kind(none.why()), none.cause());
        };
    }

    private WholeAnswer answer(Answered answered) {
        return new WholeAnswer(answered, target.extras().missingAllow(), HookUrls.shown(url), resultLimit);
    }

    @Override
    public HookResponse<Acknowledged> probe(Deadline deadline) throws InterruptedException {
        return HttpProbe.of(connections, url, deadline);
    }

    @Override
    public void close() {
        connections.close();
    }

    private HttpOutcome post(HookContext context, byte[] body, Deadline deadline) throws InterruptedException {
        if (to.isEmpty()) {
            return new Unanswered(HttpOutcome.Why.FORBIDDEN, HttpFailures.noUrl(url));
        }
        HttpCall call = HttpCall.post(
                context.tenant(), to.get(), headers(context, body), body, MAX_ANSWER_BYTES, AnswerCheck.NONE);
        return connections.call(atMostOnce ? call.once() : call, deadline);
    }

    private List<Field> headers(HookContext context, byte[] body) {
        List<Field> all = new ArrayList<>(fixed);
        all.add(new Field("X-Hook-Id", printable(context.idempotencyKey())));
        all.add(new Field("X-Hook-Attempt", String.valueOf(context.attempt())));
        all.add(new Field("traceparent", TraceId.traceparent(printable(context.traceId()))));
        String timestamp = String.valueOf(Instant.now().getEpochSecond());
        all.add(new Field("X-Hook-Timestamp", timestamp));
        String signature = switch (target.signature()) {
            case TIMESTAMPED -> signer.sign(timestamp, body);
            case BODY -> signer.sign(body);
        };
        if (!signature.isEmpty()) {
            all.add(new Field("X-Hook-Signature", signature));
        }
        return all;
    }

    /** Nothing in a header may end it. */
    private static String printable(String text) {
        return NO_HEADER.matcher(text).replaceAll("_");
    }

    private <A> HookResponse<A> refused(int status) {
        return HttpFailures.refused(status, url);
    }
}
