package io.mics.hook.registry;

import io.mics.hook.point.EntryRequest;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookRequest;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.LoginRequest;
import io.mics.protocol.CloseCode;
import io.mics.protocol.ConnectDecision;
import io.mics.protocol.ConnectDecision.Refused;
import io.mics.sdk.plugin.Admission;
import io.mics.sdk.plugin.EntryEvent;
import io.mics.sdk.plugin.LoginEvent;
import io.mics.tenant.Tenant;

/**
 * Whether a connection may become a session, as far as hooks are concerned: entry hooks before anybody knows who it is,
 * login hooks afterwards, each in order of priority; the first no ends it. Runs on the connection's thread, which
 * blocks for each hook's time-out at most. Costs nothing where no tenant has such a hook.
 */
public final class ConnectHooks {
    private final HookRegistry registry;
    private final HookExecution.Sink record;

    /** Asks the hooks of {@code registry}; {@code record} is given every call. */
    public ConnectHooks(HookRegistry registry, HookExecution.Sink record) {
        this.registry = registry;
        this.record = record;
    }

    /** Asks entry hooks; {@code device} is what the client says it is. An accepted connection is still the tenant's. */
    public ConnectDecision<Tenant> entry(Tenant tenant, String address, String device, String traceId)
            throws InterruptedException {
        if (!registry.has(HookPoint.ENTRY)) {
            return new ConnectDecision.Accepted<>(tenant);
        }
        return ask(
                tenant,
                ConnectionContext.of(HookPoint.ENTRY, tenant, "", device, traceId),
                new EntryRequest(new EntryEvent(address, device)));
    }

    /** Asks login hooks. */
    public ConnectDecision<Tenant> login(Tenant tenant, String address, String user, String device, String traceId)
            throws InterruptedException {
        if (!registry.has(HookPoint.LOGIN)) {
            return new ConnectDecision.Accepted<>(tenant);
        }
        return ask(
                tenant,
                ConnectionContext.of(HookPoint.LOGIN, tenant, user, device, traceId),
                new LoginRequest(new LoginEvent(address, user, device)));
    }

    private ConnectDecision<Tenant> ask(Tenant tenant, ConnectionContext connection, HookRequest<Admission> request)
            throws InterruptedException {
        for (BoundHook hook : registry.boundHooks(connection.point(), connection.matchInput())) {
            VersionedResponse<Admission> versioned =
                    VersionedResponse.of(hook, asked -> call(connection, asked, request));
            if (versioned.counts() && decision(tenant, connection.point(), versioned) instanceof Refused<Tenant> no) {
                return no;
            }
        }
        return new ConnectDecision.Accepted<>(tenant);
    }

    private HookResponse<Admission> call(ConnectionContext connection, BoundHook hook, HookRequest<Admission> request)
            throws InterruptedException {
        long start = System.nanoTime();
        HookResponse<Admission> response = hook.call(connection.context(hook.definition()), request);
        HookExecution execution =
                response instanceof HookResponse.Answered<Admission> said && said.answer() instanceof Admission.Deny no
                        ? connection.execution(hook.definition(), response, "stop", no.message(), start)
                        : connection.execution(hook.definition(), response, "allow", "", start);
        record.executed(execution);
        return response;
    }

    /** A hook that gave no answer, and must, may give one later: the client is asked to come back. */
    private static ConnectDecision<Tenant> decision(
            Tenant tenant, HookPoint point, VersionedResponse<Admission> versioned) {
        return switch (versioned.response()) {
            case HookResponse.Answered<Admission> said ->
                switch (said.answer()) {
                    case Admission.Allow yes -> new ConnectDecision.Accepted<>(tenant);
                    case Admission.Deny no ->
                        new Refused<>(
                                CloseCode.AUTH_FAILED,
                                versioned.by().definition().refusal(no.message()));
                };
            case HookResponse.Failed<Admission> failed ->
                versioned.deniesOnFailure()
                        ? new Refused<>(CloseCode.LIMIT_REACHED, point.label() + " unavailable")
                        : new ConnectDecision.Accepted<>(tenant);
        };
    }
}
