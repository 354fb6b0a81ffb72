package io.mics.hook.http;

import io.mics.concurrent.Deadline;
import io.mics.hook.BackendOperation;
import io.mics.hook.BackendRequest;
import io.mics.hook.BackendTransport;
import io.mics.hook.HookUrls;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.HookResponse.Kind;
import io.mics.httpclient.AddressRule;
import io.mics.httpclient.Destination;
import io.mics.httpclient.HttpCall;
import io.mics.httpclient.HttpClient;
import io.mics.httpclient.HttpOutcome;
import io.mics.httpclient.HttpOutcome.Answered;
import io.mics.httpclient.HttpOutcome.Cut;
import io.mics.httpclient.HttpOutcome.Unanswered;
import io.mics.httpclient.HttpOutcome.Why;
import io.mics.tenant.Tenant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Backends over HTTP/1.1: {@code POST {base}{path}}, 2xx is an answer. Each tenant has connections of its own. */
public final class HttpBackendTransport implements BackendTransport {
    private static final List<HttpCall.Field> FIELDS =
            List.of(new HttpCall.Field("Content-Type", "application/protobuf"));

    private static final int MAX_IGNORED_BYTES = 64 << 10;

    private final HttpClient client;
    private final Supplier<? extends AddressRule> learnedRule;
    private final Map<String, TenantConnections> tenants = new ConcurrentHashMap<>();

    /**
     * Backends called by {@code client}, which is not closed here.
     *
     * @param learnedRule asked at each call where a base URL may lead that is not the configured one
     */
    public HttpBackendTransport(HttpClient client, Supplier<? extends AddressRule> learnedRule) {
        this.client = client;
        this.learnedRule = learnedRule;
    }

    /** Backends for a tool, which learns no base URL. */
    public HttpBackendTransport(HttpClient client) {
        this(client, () -> AddressRule.ANY);
    }

    @Override
    public HookResponse<byte[]> call(
            BackendOperation operation, String baseUrl, BackendRequest request, Deadline deadline)
            throws InterruptedException {
        TenantConnections connections = of(request.tenant());
        Optional<Destination> to = connections.destination(operation, baseUrl);
        if (to.isEmpty()) {
            return new HookResponse.Failed<>(Kind.UNREACHABLE, HttpFailures.noUrl(baseUrl));
        }
        HttpCall call = HttpCall.post(
                request.tenant(), to.get(), FIELDS, request.get(), operation.maxAnswerBytes(), request::isAnsweredBy);
        HttpOutcome outcome = connections.of(request.learned()).call(call, deadline);
        return switch (outcome) {
            case Answered answered ->
                answered.success()
                        ? new HookResponse.Answered<>(answered.body())
                        : refused(answered.status(), to.get().shown(), baseUrl.endsWith(operation.path()));
            case Cut cut -> new HookResponse.Failed<>(kind(cut.why()), cut.cause());
            case Unanswered none -> new HookResponse.Failed<>(kind(none.why()), none.cause());
        };
    }

    /**
     * Leaves a connection to a tenant's backend that the next call can use, by a request that asks for nothing. Why
     * there is none; nothing where the backend answered, with whatever status. A learned base URL is connected to only
     * where calls may lead.
     */
    Optional<String> connect(Tenant tenant, String baseUrl, Deadline deadline) throws InterruptedException {
        TenantConnections connections = of(tenant.id());
        Optional<Destination> to = connections.destination(BackendOperation.AUTH, baseUrl);
        if (to.isEmpty()) {
            return Optional.of(HttpFailures.noUrl(baseUrl));
        }
        HttpCall options = HttpCall.options(to.get(), MAX_IGNORED_BYTES);
        boolean learned = !HookUrls.sameServer(tenant.hooks().authBaseUrl(), baseUrl);
        return switch (connections.of(learned).call(options, deadline)) {
            case Answered answered -> Optional.empty();
            case Cut cut -> Optional.empty();
            case Unanswered none -> Optional.of(none.cause());
        };
    }

    @Override
    public void reuse(byte[] body) {
        client.reuse(body);
    }

    private TenantConnections of(String tenant) {
        TenantConnections known = tenants.get(tenant);
        return known != null
                ? known
                : tenants.computeIfAbsent(tenant, id -> new TenantConnections(client, learnedRule));
    }

    /** Closes a tenant's connections and forgets it. */
    public void forget(String tenant) {
        TenantConnections gone = tenants.remove(tenant);
        if (gone != null) {
            gone.close();
        }
        client.forget(tenant);
    }

    private static HookResponse<byte[]> refused(int status, String url, boolean twice) {
        Kind kind = status < 500 ? Kind.REFUSED : Kind.ERROR;
        String advice = status == 404 && twice ? ": the base URL already ends in the path of the hook" : "";
        return new HookResponse.Failed<>(kind, status + " from " + url + advice);
    }

    private static Kind kind(Why why) {
        return switch (why) {
            case TIMEOUT -> Kind.TIMEOUT;
            case NETWORK, GARBLED, FORBIDDEN -> Kind.UNREACHABLE;
            case TOO_LARGE, MISDIRECTED -> Kind.UNDECODABLE;
            case NO_ROOM -> Kind.BUSY;
        };
    }
}
