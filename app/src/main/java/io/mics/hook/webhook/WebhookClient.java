package io.mics.hook.webhook;

import io.mics.concurrent.Deadline;
import io.mics.hook.CaFile;
import io.mics.hook.HookUrls;
import io.mics.hook.http.HttpFailures;
import io.mics.hook.http.Probe;
import io.mics.hook.point.PostSendResultLimit;
import io.mics.hook.point.HookClient;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.HookDefinition.Guarantee;
import io.mics.hook.point.RemoteAttributes;
import io.mics.hook.point.HookResponse;
import io.mics.hook.policy.Target;
import io.mics.hook.webhook.WebhookAnswer.UndecodableException;
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
import io.mics.httpclient.Trust;
import io.mics.observe.TraceId;
import io.mics.sdk.plugin.Admission;
import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.EntryEvent;
import io.mics.sdk.plugin.HeartbeatEvent;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.LoginEvent;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.RecallEvent;
import io.mics.sdk.sign.WebhookSigner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    /** Reads an answer; what it throws says why it cannot. */
    private interface Reading<A> {
        A read(Answered answered) throws UndecodableException;
    }

    WebhookClient(HookDefinition definition, Target.Webhook target, HttpClient client, Supplier<Egress> egress) {
        this.target = target;
        this.url = target.url().toString();
        this.atMostOnce = definition.guarantee() == Guarantee.AT_MOST_ONCE;
        this.to = Destination.of(url);
        this.bodies = new WebhookBodies(definition, target.extras().metadata());
        this.fixed = fixed(target);
        this.signer = new WebhookSigner(target.secrets());
        String ca = target.caPath();
        this.connections = client.pool(egress, ca.isEmpty() ? Trust.JVM : Trust.of(() -> CaFile.read(ca)));
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
    public HookResponse<HookResult> preSend(HookContext context, MessageDraft draft, Deadline deadline)
            throws InterruptedException {
        return asked(
                context,
                bodies.preSend(context, draft),
                deadline,
                answered -> WebhookAnswer.read(answered)
                        .verdict(draft, target.extras().missingAllow()));
    }

    @Override
    public HookResponse<Map<String, String>> postSend(HookContext context, MessageRecord message, Deadline deadline)
            throws InterruptedException {
        return taken(post(context, bodies.postSend(context, message), deadline), this::result, Map.of());
    }

    @Override
    public HookResponse<Taken> delivery(HookContext context, DeliveryEvent delivery, Deadline deadline)
            throws InterruptedException {
        return taken(post(context, bodies.delivery(context, delivery), deadline), a -> Taken.TAKEN, Taken.TAKEN);
    }

    @Override
    public HookResponse<Boolean> permits(HookContext context, RecallEvent recall, Deadline deadline)
            throws InterruptedException {
        byte[] body = bodies.recall(context, recall, RemoteAttributes.CHECK);
        return asked(context, body, deadline, WebhookClient::isPermitted);
    }

    @Override
    public HookResponse<Taken> recall(HookContext context, RecallEvent recall, Deadline deadline) throws InterruptedException {
        byte[] body = bodies.recall(context, recall, RemoteAttributes.NOTIFY);
        return taken(post(context, body, deadline), a -> Taken.TAKEN, Taken.TAKEN);
    }

    @Override
    public HookResponse<Admission> entry(HookContext context, EntryEvent entry, Deadline deadline)
            throws InterruptedException {
        return asked(context, bodies.entry(context, entry), deadline, this::admission);
    }

    @Override
    public HookResponse<Admission> login(HookContext context, LoginEvent login, Deadline deadline)
            throws InterruptedException {
        return asked(context, bodies.login(context, login), deadline, this::admission);
    }

    @Override
    public HookResponse<Taken> heartbeat(HookContext context, HeartbeatEvent heartbeat, Deadline deadline)
            throws InterruptedException {
        return taken(post(context, bodies.heartbeat(context, heartbeat), deadline), a -> Taken.TAKEN, Taken.TAKEN);
    }

    @Override
    public HookResponse<Taken> probe(Deadline deadline) throws InterruptedException {
        return Probe.of(connections, url, deadline);
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

    private Admission admission(Answered answered) throws UndecodableException {
        return WebhookAnswer.read(answered).admission(target.extras().missingAllow());
    }

    /** Only a whole answer that can be read says something. */
    private <A> HookResponse<A> asked(HookContext context, byte[] body, Deadline deadline, Reading<A> reading)
            throws InterruptedException {
        return switch (post(context, body, deadline)) {
            case Answered answered -> read(answered, reading);
            case Cut cut -> HttpOutcome.is2xx(cut.status()) ? failed(cut.why(), cut.cause()) : refused(cut.status());
            case Unanswered none -> failed(none.why(), none.cause());
        };
    }

    /** A status of 2xx is enough: what comes with it is read when it can be. */
    private <A> HookResponse<A> taken(HttpOutcome outcome, Reading<A> reading, A unread) {
        return switch (outcome) {
            case Answered answered -> read(answered, reading);
            case Cut cut -> HttpOutcome.is2xx(cut.status()) ? new HookResponse.Answered<>(unread) : refused(cut.status());
            case Unanswered none -> failed(none.why(), none.cause());
        };
    }

    private <A> HookResponse<A> read(Answered answered, Reading<A> reading) {
        if (!answered.success()) {
            return refused(answered.status());
        }
        try {
            return new HookResponse.Answered<>(reading.read(answered));
        } catch (UndecodableException e) {
            return new HookResponse.Failed<>(HookResponse.Kind.UNDECODABLE, HookUrls.shown(url) + " " + e.getMessage());
        }
    }

    /** Nothing, unless it is a JSON object that says something. */
    private Map<String, String> result(Answered answered) {
        try {
            return resultLimit.limited(WebhookAnswer.read(answered).details());
        } catch (UndecodableException e) {
            return Map.of();
        }
    }

    /** Success is a yes unless the answer says otherwise; a page for people is none. */
    private static boolean isPermitted(Answered answered) throws UndecodableException {
        boolean json = answered.contentType().contains("json");
        return answered.body().length == 0
                || (!json && !WebhookAnswer.isPage(answered))
                || !WebhookAnswer.read(answered).forbids();
    }

    private <A> HookResponse<A> refused(int status) {
        return HttpFailures.refused(status, url);
    }

    private static <A> HookResponse<A> failed(HttpOutcome.Why why, String cause) {
        return new HookResponse.Failed<>(HttpFailures.kind(why), cause);
    }
}
