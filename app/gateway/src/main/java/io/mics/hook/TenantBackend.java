package io.mics.hook;

import io.mics.concurrent.FairScheduler;
import io.mics.concurrent.SharedByteBudget;
import io.mics.hook.BackendGate.Decoder;
import io.mics.hook.point.HookResponse;
import io.mics.observe.Metrics;
import io.mics.proto.hook.v1.AuthRequest;
import io.mics.proto.hook.v1.AuthResponse;
import io.mics.proto.hook.v1.CheckMessageRequest;
import io.mics.proto.hook.v1.CheckMessageResponse;
import io.mics.proto.hook.v1.GetGroupMembersRequest;
import io.mics.proto.hook.v1.GetOfflineMessagesRequest;
import io.mics.proto.hook.v1.GetOfflineMessagesResponse;
import io.mics.proto.hook.v1.TenantRuntimeConfig;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.protocol.CloseCode;
import io.mics.protocol.ConnectDecision;
import io.mics.protocol.IdForm;
import io.mics.tenant.BackendSettings;
import io.mics.tenant.BackendSettings.OnFailure;
import io.mics.tenant.Tenant;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;

/**
 * The tenants' backends, as four questions. Each blocks its caller until there is an answer or the tenant's deadline
 * has passed, and never throws for what a backend does; an interrupt of the caller abandons the call.
 */
public final class TenantBackend {
    private static final GetOfflineMessagesResponse NOTHING_STORED =
            GetOfflineMessagesResponse.newBuilder().setOk(true).build();

    private final Metrics metrics;
    private final BackendTransport remote;
    private final Map<String, BackendTransport> local;
    private final MemberListMemory memberLists;
    private final ConcurrentMap<String, Map<BackendOperation, BackendGate>> gates;

    /** Backends whose member lists may have any size together. */
    public TenantBackend(Metrics metrics, BackendTransport remote, Map<String, BackendTransport> local) {
        this(
                metrics,
                remote,
                local,
                new SharedByteBudget(() -> new SharedByteBudget.Bounds(0, 0)),
                FairScheduler.forThisMachine());
    }

    /**
     * Backends reached by {@code remote}, except the base URLs named in {@code local}, which have a transport each.
     *
     * @param members what the member lists in memory may have
     * @param scheduler   whose turn it is with making a long one
     */
    public TenantBackend(
            Metrics metrics,
            BackendTransport remote,
            Map<String, BackendTransport> local,
            SharedByteBudget members,
            FairScheduler scheduler) {
        this.metrics = metrics;
        this.gates = metrics.mapPerTenant();
        this.remote = remote;
        this.local = Map.copyOf(local);
        this.memberLists = new MemberListMemory(members, remote::reuse, scheduler, metrics);
    }

    /**
     * Who a token belongs to. Everything in it is valid.
     *
     * @param deviceId the device as the backend names it, else as the client did
     * @param config   what the backend set for the tenant; fields not given are 0 or absent
     */
    public record Identity(String userId, String deviceId, TenantRuntimeConfig config) {}

    /** Whose token this is. Without a backend everybody is refused. */
    public ConnectDecision<Identity> auth(Tenant tenant, String token, String deviceId, String traceId)
            throws InterruptedException {
        if (tenant.hooks().authBaseUrl().isEmpty()) {
            return refused("no auth hook");
        }
        return switch (askAuth(tenant, token, deviceId, traceId)) {
            case HookResponse.Answered<AuthResponse> answered -> identity(tenant, answered.answer(), deviceId);
            case HookResponse.Failed<AuthResponse> failed ->
                new ConnectDecision.Refused<>(CloseCode.LIMIT_REACHED, "auth unavailable");
        };
    }

    /** What {@code /auth} says of a token, or why it says nothing; {@link #identity} says what follows from it. */
    public HookResponse<AuthResponse> askAuth(Tenant tenant, String token, String deviceId, String traceId)
            throws InterruptedException {
        BackendSettings settings = tenant.hooks();
        BackendCall call = new BackendCall(
                tenant.id(),
                traceId,
                settings.authSecret(),
                meta -> AuthRequest.newBuilder()
                        .setMeta(meta)
                        .setToken(token)
                        .setDeviceId(deviceId)
                        .build());
        return call(tenant, settings, BackendOperation.AUTH, settings.authBaseUrl(), call, AnswerDecoders.AUTH);
    }

    /** Whether a message may be sent. Without a backend every message may. */
    public SendDecision checkMessage(Tenant tenant, MessageRequest message, String traceId)
            throws InterruptedException {
        BackendSettings settings = tenant.hooks();
        if (settings.baseUrl().isEmpty()) {
            return new SendDecision.Allowed(message);
        }
        BackendCall call = new BackendCall(
                tenant.id(),
                traceId,
                settings.secret(),
                meta -> CheckMessageRequest.newBuilder()
                        .setMeta(meta)
                        .setMessage(message)
                        .build());
        return switch (call(
                tenant, settings, BackendOperation.CHECK_MESSAGE, settings.baseUrl(), call, AnswerDecoders.CHECK)) {
            case HookResponse.Answered<CheckMessageResponse> answered ->
                answered.answer().getAllow()
                        ? new SendDecision.Allowed(message)
                        : new SendDecision.Denied(said(answered.answer().getReason(), "message denied"));
            case HookResponse.Failed<CheckMessageResponse> failed ->
                failed.kind() == HookResponse.Kind.SIGN_REQUIRED || settings.onCheckFailure() == OnFailure.DENY
                        ? new SendDecision.Denied(failed.kind().ackReason())
                        : new SendDecision.Allowed(message);
        };
    }

    /** Bytes that are held for member lists to come, at most. */
    public static long mostBytes() {
        return MemberListMemory.MOST_SLOTS_KEPT * (long) Integer.BYTES;
    }

    MemberListMemory memberLists() {
        return memberLists;
    }

    /** Takes the bytes of one member list, none yet; to be closed when the list is no longer used. */
    public MemberListLease leaseForMembers(Tenant tenant) {
        return memberLists.of(tenant.id());
    }

    /**
     * Who is in a group. Without a backend nobody knows.
     *
     * @param lease of {@link #leaseForMembers}; it takes the list's bytes, waited for at most as long as for the
     *              backend
     */
    public MembersAnswer groupMembers(Tenant tenant, String groupId, String traceId, MemberListLease lease)
            throws InterruptedException {
        BackendSettings settings = tenant.hooks();
        if (settings.baseUrl().isEmpty()) {
            return new MembersAnswer.Failed(HookResponse.Kind.UNREACHABLE.ackReason());
        }
        BackendCall call = new BackendCall(
                tenant.id(),
                traceId,
                settings.secret(),
                meta -> GetGroupMembersRequest.newBuilder()
                        .setMeta(meta)
                        .setGroupId(groupId)
                        .build());
        if (!memberLists.expect(tenant.id(), lease, settings.timeout())) {
            return new MembersAnswer.NoRoom();
        }
        BackendOperation operation = BackendOperation.GET_GROUP_MEMBERS;
        BackendGate.Decoder<MemberList.Answer> decoder = memberLists.decoder(tenant.id());
        return switch (call(tenant, settings, operation, settings.baseUrl(), call, decoder)) {
            case HookResponse.Answered<MemberList.Answer> answered ->
                memberLists.list(tenant, answered.answer(), lease, settings.timeout());
            case HookResponse.Failed<MemberList.Answer> failed ->
                new MembersAnswer.Failed(failed.kind().ackReason());
        };
    }

    /** One page of what the backend stored for a user, or its no. Without a backend the page is empty. */
    public HookResponse<GetOfflineMessagesResponse> offlineMessages(
            Tenant tenant, String user, String device, int max, String cursor, String traceId)
            throws InterruptedException {
        BackendSettings settings = tenant.hooks();
        if (settings.baseUrl().isEmpty()) {
            return new HookResponse.Answered<>(NOTHING_STORED);
        }
        BackendCall call = new BackendCall(
                tenant.id(),
                traceId,
                settings.secret(),
                meta -> GetOfflineMessagesRequest.newBuilder()
                        .setMeta(meta)
                        .setUserId(user)
                        .setDeviceId(device)
                        .setMaxMessages(max)
                        .setCursor(cursor)
                        .build());
        BackendOperation operation = BackendOperation.GET_OFFLINE_MESSAGES;
        return call(tenant, settings, operation, settings.baseUrl(), call, AnswerDecoders.OFFLINE);
    }

    /** Whether asking a tenant's backend does no I/O. */
    public boolean isLocal(Tenant tenant) {
        String baseUrl = tenant.hooks().baseUrl();
        return baseUrl.isEmpty() || local.containsKey(baseUrl);
    }

    /** Makes a tenant's series exist, at 0. */
    public void registerMetrics(String tenant) {
        gates.computeIfAbsent(tenant, this::newGates);
        memberLists.skipped(tenant);
    }

    /** Forgets a tenant's permits, breakers and meters; calls in flight end on what they hold. */
    public void forget(String tenant) {
        gates.remove(tenant);
        memberLists.forget(tenant);
    }

    /** The calls of a tenant's operation that are in flight. */
    public int permitsInUse(String tenant, BackendOperation operation) {
        return gate(tenant, operation).permitsInUse();
    }

    private <R> HookResponse<R> call(
            Tenant tenant,
            BackendSettings settings,
            BackendOperation operation,
            String baseUrl,
            BackendCall call,
            Decoder<R> decoder)
            throws InterruptedException {
        BackendTransport transport = local.getOrDefault(baseUrl, remote);
        return gate(tenant.id(), operation).call(settings, transport, baseUrl, call, decoder);
    }

    @SuppressWarnings("NullAway") // every operation has its gate from the start
    private BackendGate gate(String tenant, BackendOperation operation) {
        Map<BackendOperation, BackendGate> ofTenant = gates.get(tenant);
        return (ofTenant != null ? ofTenant : gates.computeIfAbsent(tenant, this::newGates)).get(operation);
    }

    private Map<BackendOperation, BackendGate> newGates(String tenant) {
        Map<BackendOperation, BackendGate> created = new EnumMap<>(BackendOperation.class);
        for (BackendOperation operation : BackendOperation.values()) {
            created.put(operation, new BackendGate(metrics, tenant, operation));
        }
        return created;
    }

    /** A client is never refused without a word. */
    private static String said(String reason, String otherwise) {
        return reason.isBlank() ? otherwise : reason;
    }

    /** Whose token it is, by what {@code /auth} answered; {@code deviceId} is what the client calls its device. */
    public static ConnectDecision<Identity> identity(Tenant tenant, AuthResponse answer, String deviceId) {
        IdForm ids = tenant.ids();
        if (!answer.getOk()) {
            return refused(said(answer.getReason(), "auth denied"));
        }
        if (answer.getUserId().isEmpty()) {
            return refused("auth hook returned no user");
        }
        if (!ids.allows(answer.getUserId())) {
            return refused("invalid user_id: " + ids.problem(answer.getUserId()));
        }
        String device = answer.getDeviceId().isEmpty() ? deviceId : answer.getDeviceId();
        if (!ids.allows(device)) {
            return refused("invalid device_id: " + ids.problem(device));
        }
        return new ConnectDecision.Accepted<>(new Identity(answer.getUserId(), device, answer.getConfig()));
    }

    private static ConnectDecision<Identity> refused(String reason) {
        return new ConnectDecision.Refused<>(CloseCode.AUTH_FAILED, reason);
    }
}
