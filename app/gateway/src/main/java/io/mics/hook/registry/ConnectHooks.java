package io.mics.hook.registry;

import io.mics.hook.point.EntryRequest;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookRequest;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.LoginRequest;
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
    private static final Verdict ALLOWED = new Verdict.Allowed();

    private final HookRegistry registry;
    private final HookExecution.Sink record;

    /** What the hooks of one point said. */
    public sealed interface Verdict {
        /** No hook denied it. */
        record Allowed() implements Verdict {}

        /** A hook said no; {@code reason} is its own, or names it. */
        record Denied(String reason) implements Verdict {}

        /** A hook whose {@code on-failure} is deny gave no answer; it may give one later. */
        record Unavailable() implements Verdict {}
    }

    /** Asks the hooks of {@code registry}; {@code record} is given every call. */
    public ConnectHooks(HookRegistry registry, HookExecution.Sink record) {
        this.registry = registry;
        this.record = record;
    }

    /** Asks entry hooks; {@code device} is what the client says it is. */
    public Verdict entry(Tenant tenant, String address, String device, String traceId) throws InterruptedException {
        if (!registry.has(HookPoint.ENTRY)) {
            return ALLOWED;
        }
        return ask(
                ConnectionContext.of(HookPoint.ENTRY, tenant, "", device, traceId),
                new EntryRequest(new EntryEvent(address, device)));
    }

    /** Asks login hooks. */
    public Verdict login(Tenant tenant, String address, String user, String device, String traceId)
            throws InterruptedException {
        if (!registry.has(HookPoint.LOGIN)) {
            return ALLOWED;
        }
        return ask(
                ConnectionContext.of(HookPoint.LOGIN, tenant, user, device, traceId),
                new LoginRequest(new LoginEvent(address, user, device)));
    }

    private Verdict ask(ConnectionContext connection, HookRequest<Admission> request) throws InterruptedException {
        for (BoundHook hook : registry.boundHooks(connection.point(), connection.matchInput())) {
            VersionedResponse<Admission> versioned =
                    VersionedResponse.of(hook, asked -> call(connection, asked, request));
            Verdict verdict = versioned.counts() ? verdict(versioned) : ALLOWED;
            if (!verdict.equals(ALLOWED)) {
                return verdict;
            }
        }
        return ALLOWED;
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

    private static Verdict verdict(VersionedResponse<Admission> versioned) {
        return switch (versioned.response()) {
            case HookResponse.Answered<Admission> said ->
                switch (said.answer()) {
                    case Admission.Allow yes -> ALLOWED;
                    case Admission.Deny no ->
                        new Verdict.Denied(versioned.by().definition().refusal(no.message()));
                };
            case HookResponse.Failed<Admission> failed ->
                versioned.deniesOnFailure() ? new Verdict.Unavailable() : ALLOWED;
        };
    }
}
