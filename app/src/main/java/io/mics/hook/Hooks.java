package io.mics.hook;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.proto.hook.v1.AuthRequest;
import io.mics.proto.hook.v1.AuthResponse;
import io.mics.proto.hook.v1.CheckMessageRequest;
import io.mics.proto.hook.v1.CheckMessageResponse;
import io.mics.proto.hook.v1.GetGroupMembersRequest;
import io.mics.proto.hook.v1.GetGroupMembersResponse;
import io.mics.proto.hook.v1.GetOfflineMessagesRequest;
import io.mics.proto.hook.v1.GetOfflineMessagesResponse;
import io.mics.proto.hook.v1.HookMeta;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.sdk.sign.Signer;
import io.mics.tenant.HookSettings;
import io.mics.tenant.Tenant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** Asks a tenant's backend. Every call ends within its deadline and in an outcome, whatever the backend does. */
public final class Hooks {
    /** A base URL of this scheme is answered in-process. */
    public static final String LOCAL_SCHEME = "local:";

    private final HookTransport http;
    private final HookTransport local;
    private final Metrics metrics;
    private final Map<String, TenantHooks> tenants = new ConcurrentHashMap<>();
    private final String requestIdPrefix = Long.toHexString(ThreadLocalRandom.current().nextLong()) + "-";
    private final AtomicLong requestIds = new AtomicLong();

    public Hooks(HookTransport http, HookTransport local, Metrics metrics) {
        this.http = http;
        this.local = local;
        this.metrics = metrics;
    }

    /** May this token connect, and as whom? */
    public AuthVerdict auth(Tenant tenant, String token, String deviceId, String traceId) throws InterruptedException {
        HookSettings settings = tenant.settings().hooks();
        if (settings.authBaseUrl().isEmpty()) {
            return new AuthVerdict.Refused("no auth hook configured");
        }
        HookReply<AuthResponse> reply = of(tenant)
                .guard(HookOperation.AUTH)
                .call(
                        settings,
                        (signer, deadline) -> {
                            AuthRequest request = AuthRequest.newBuilder()
                                    .setMeta(meta(tenant, traceId))
                                    .setToken(token)
                                    .setDeviceId(deviceId)
                                    .build();
                            return transport(settings.authBaseUrl())
                                    .call(new HookTransport.Call<>(
                                            HookOperation.AUTH,
                                            settings.authBaseUrl(),
                                            signer.sign(request),
                                            AuthResponse.parser(),
                                            deadline));
                        },
                        answer -> !answer.getOk(),
                        traceId);
        return switch (reply) {
            case HookReply.Answer<AuthResponse>(AuthResponse answer) ->
                answer.getOk()
                        ? new AuthVerdict.Accepted(answer.getUserId(), answer.getDeviceId(), answer.getConfig())
                        : new AuthVerdict.Refused(answer.getReason().isEmpty() ? "auth failed" : answer.getReason());
            case HookReply.Failed<AuthResponse> failed -> new AuthVerdict.NoAnswer(failed.cause());
        };
    }

    /** May this message be sent? A tenant without hooks allows everything. */
    public CheckVerdict checkMessage(Tenant tenant, MessageRequest message, String traceId)
            throws InterruptedException {
        HookSettings settings = tenant.settings().hooks();
        TenantHooks of = of(tenant);
        if (settings.baseUrl().isEmpty()) {
            return TenantHooks.ALLOWED;
        }
        HookReply<CheckMessageResponse> reply = ask(
                tenant,
                HookOperation.CHECK_MESSAGE,
                signer -> signer.sign(CheckMessageRequest.newBuilder()
                        .setMeta(meta(tenant, traceId))
                        .setMessage(message)
                        .build()),
                CheckMessageResponse.parser(),
                answer -> !answer.getAllow(),
                traceId);
        CheckVerdict verdict = verdict(settings, reply);
        of.count(verdict);
        return verdict;
    }

    private static CheckVerdict verdict(HookSettings settings, HookReply<CheckMessageResponse> reply) {
        return switch (reply) {
            case HookReply.Answer<CheckMessageResponse>(CheckMessageResponse answer) ->
                answer.getAllow()
                        ? TenantHooks.ALLOWED
                        : new CheckVerdict.Denied(answer.getReason().isEmpty() ? "denied" : answer.getReason());
            case HookReply.Failed<CheckMessageResponse> failed -> {
                boolean deny = failed.result() == HookResult.SIGN_REQUIRED
                        || settings.onCheckFailure() == HookSettings.OnFailure.DENY;
                yield deny
                        ? new CheckVerdict.Denied(failed.result().ackReason())
                        : new CheckVerdict.Degraded(failed.cause());
            }
        };
    }

    /** Who is in this group? */
    public MembersAnswer groupMembers(Tenant tenant, String groupId, String traceId) throws InterruptedException {
        TenantHooks of = of(tenant);
        if (tenant.settings().hooks().baseUrl().isEmpty()) {
            return new MembersAnswer.Members(List.of());
        }
        HookReply<GetGroupMembersResponse> reply = ask(
                tenant,
                HookOperation.GET_GROUP_MEMBERS,
                signer -> signer.sign(GetGroupMembersRequest.newBuilder()
                        .setMeta(meta(tenant, traceId))
                        .setGroupId(groupId)
                        .build()),
                GetGroupMembersResponse.parser(),
                answer -> false,
                traceId);
        of.count(Metric.HOOK_GET_GROUP_MEMBERS, reply);
        return switch (reply) {
            case HookReply.Answer<GetGroupMembersResponse>(GetGroupMembersResponse answer) ->
                new MembersAnswer.Members(
                        answer.getUserIdsList().stream().distinct().toList());
            case HookReply.Failed<GetGroupMembersResponse> failed ->
                new MembersAnswer.Failed(failed.result().ackReason());
        };
    }

    /** What did this device miss? {@code cursor} is empty for the first page. */
    public OfflineAnswer offlineMessages(
            Tenant tenant, String user, String device, int max, String cursor, String traceId)
            throws InterruptedException {
        TenantHooks of = of(tenant);
        if (tenant.settings().hooks().baseUrl().isEmpty()) {
            return new OfflineAnswer.Page(List.of(), "");
        }
        HookReply<GetOfflineMessagesResponse> reply = ask(
                tenant,
                HookOperation.GET_OFFLINE_MESSAGES,
                signer -> signer.sign(GetOfflineMessagesRequest.newBuilder()
                        .setMeta(meta(tenant, traceId))
                        .setUserId(user)
                        .setDeviceId(device)
                        .setMaxMessages(max)
                        .setCursor(cursor)
                        .build()),
                GetOfflineMessagesResponse.parser(),
                answer -> !answer.getOk(),
                traceId);
        of.count(Metric.HOOK_GET_OFFLINE_MESSAGES, reply);
        return switch (reply) {
            case HookReply.Answer<GetOfflineMessagesResponse>(GetOfflineMessagesResponse answer) ->
                answer.getOk()
                        ? new OfflineAnswer.Page(
                                answer.getMessagesList(), answer.getHasMore() ? answer.getNextCursor() : "")
                        : new OfflineAnswer.Degraded(answer.getReason());
            case HookReply.Failed<GetOfflineMessagesResponse> failed -> new OfflineAnswer.Degraded(failed.cause());
        };
    }

    /** Whether asking this tenant's backend does no I/O. */
    public boolean isLocal(Tenant tenant) {
        String url = tenant.settings().hooks().baseUrl();
        return url.isEmpty() || url.startsWith(LOCAL_SCHEME);
    }

    /** A tenant is gone: what was kept for its hooks goes too. */
    public void forget(String tenant) {
        tenants.remove(tenant);
    }

    private <A extends MessageLite> HookReply<A> ask(
            Tenant tenant,
            HookOperation operation,
            Function<Signer, MessageLite> request,
            Parser<A> answers,
            Function<A, Boolean> denied,
            String traceId)
            throws InterruptedException {
        HookSettings settings = tenant.settings().hooks();
        return of(tenant)
                .guard(operation)
                .call(
                        settings,
                        (signer, deadline) -> transport(settings.baseUrl())
                                .call(new HookTransport.Call<>(
                                        operation, settings.baseUrl(), request.apply(signer), answers, deadline)),
                        denied,
                        traceId);
    }

    private HookTransport transport(String baseUrl) {
        return baseUrl.startsWith(LOCAL_SCHEME) ? local : http;
    }

    private HookMeta meta(Tenant tenant, String traceId) {
        return HookMeta.newBuilder()
                .setTenantId(tenant.id())
                .setRequestId(requestIdPrefix + requestIds.incrementAndGet())
                .setTimestampMs(System.currentTimeMillis())
                .setTraceId(traceId)
                .build();
    }

    private TenantHooks of(Tenant tenant) {
        TenantHooks known = tenants.get(tenant.id());
        return known != null ? known : tenants.computeIfAbsent(tenant.id(), id -> new TenantHooks(id, metrics));
    }
}
