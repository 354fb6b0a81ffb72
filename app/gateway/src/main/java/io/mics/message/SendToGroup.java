package io.mics.message;

import io.mics.concurrent.Deadline;
import io.mics.concurrent.Subtask;
import io.mics.concurrent.TaskScope;
import io.mics.hook.MemberListLease;
import io.mics.hook.MembersAnswer;
import io.mics.hook.SendDecision;
import io.mics.hook.TenantBackend;
import io.mics.offline.OfflinePath;
import io.mics.protocol.AckReason;
import io.mics.protocol.Delivery;
import io.mics.protocol.OutboundFrame;
import io.mics.routing.delivery.GroupFanOut;
import io.mics.routing.delivery.LocalDelivery;
import io.mics.tenant.Tenant;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Sends to a group: asks the tenant who is in it and whether it may, then delivers to every member's devices, then
 * stores it offline for the rest.
 */
public final class SendToGroup {
    private static final Duration HOOKS_DEADLINE = Duration.ofSeconds(60);
    private static final int STORED_AT_ONCE = 1_024;

    private final PreSend hooks;
    private final TenantBackend backend;
    private final GroupFanOut fanOut;
    private final OfflinePath offline;
    private final Supplier<Limits> limits;

    /**
     * How large a group may be.
     *
     * @param members  of one group; 0 is unlimited
     * @param buffered offline members for whom one message is buffered here; 0 buffers none. Events for a backend that
     *                 is pulled from on connect are not limited by it
     */
    public record Limits(int members, int buffered) {}

    /** The use case; {@code limits} is asked for each message. */
    public SendToGroup(
            PreSend hooks, TenantBackend backend, GroupFanOut fanOut, OfflinePath offline, Supplier<Limits> limits) {
        this.hooks = hooks;
        this.backend = backend;
        this.fanOut = fanOut;
        this.offline = offline;
        this.limits = limits;
    }

    Attempted send(Sender sender, Delivery delivery, MessageTrace trace, MessageMeters count)
            throws InterruptedException {
        Tenant tenant = sender.tenant();
        Semaphore permits = tenant.limits().fanouts();
        if (!sender.acquire(permits)) {
            return new Attempted(new Outcome.Rejected(AckReason.TENANT_BUSY), delivery);
        }
        try (MemberListLease lease = backend.leaseForMembers(tenant)) {
            Asked asked = ask(sender, delivery, lease);
            return switch (asked.decision()) {
                case SendDecision.Denied denied -> Attempted.denied(denied, delivery);
                case SendDecision.Allowed allowed -> {
                    Delivery passed = delivery.with(allowed.message());
                    Outcome outcome = toMembers(sender, passed, trace, asked.members(), count);
                    yield new Attempted(outcome, passed, allowed.featureVersion());
                }
            };
        } finally {
            permits.release();
        }
    }

    private record Asked(SendDecision decision, MembersAnswer members) {}

    /** Asks whether it may go and who is to get it, at once; an answer that needs no I/O forks nothing. */
    private Asked ask(Sender sender, Delivery delivery, MemberListLease lease) throws InterruptedException {
        Tenant tenant = sender.tenant();
        String group = delivery.message().getGroupId();
        String trace = sender.traceId();
        if (backend.isLocal(tenant)) {
            return new Asked(hooks.ask(sender, delivery), backend.groupMembers(tenant, group, trace, lease));
        }
        try (TaskScope scope = TaskScope.open("group-hooks", 1, Deadline.after(HOOKS_DEADLINE))) {
            Subtask<MembersAnswer> members = scope.fork(() -> backend.groupMembers(tenant, group, trace, lease));
            SendDecision decision = hooks.ask(sender, delivery);
            sender.writes().start();
            scope.join();
            return new Asked(decision, members.get());
        }
    }

    private Outcome toMembers(
            Sender sender, Delivery delivery, MessageTrace trace, MembersAnswer answer, MessageMeters count)
            throws InterruptedException {
        return switch (answer) {
            case MembersAnswer.Failed failed -> new Outcome.Failed(failed.ackReason());
            case MembersAnswer.NoRoom none -> new Outcome.Rejected(AckReason.TENANT_BUSY);
            case MembersAnswer.Members members -> toMembers(sender, delivery, trace, members.userIds(), count);
        };
    }

    /** Stores it for those who are away, some after the other: nothing is made of all of them at one time. */
    private OfflinePath.Accepted storeOffline(Tenant tenant, List<String> absent, Delivery delivery)
            throws InterruptedException {
        int mostBuffered = limits.get().buffered();
        int notified = 0;
        int buffered = 0;
        for (int from = 0; from < absent.size(); from += STORED_AT_ONCE) {
            List<String> some = absent.subList(from, Math.min(from + STORED_AT_ONCE, absent.size()));
            OfflinePath.Accepted accepted = offline.accept(tenant, some, mostBuffered, delivery);
            notified += accepted.notified();
            buffered += accepted.buffered();
            mostBuffered -= Math.min(mostBuffered, some.size() - accepted.notified());
            if (mostBuffered == 0 && accepted.notified() == 0) {
                break;
            }
        }
        return new OfflinePath.Accepted(notified, buffered);
    }

    private Outcome toMembers(
            Sender sender, Delivery delivery, MessageTrace trace, List<String> members, MessageMeters count)
            throws InterruptedException {
        if (members.isEmpty()) {
            return new Outcome.Failed(AckReason.GROUP_EMPTY);
        }
        int maxMembers = limits.get().members();
        if (maxMembers > 0 && members.size() > maxMembers) {
            return new Outcome.Failed(AckReason.GROUP_TOO_LARGE);
        }
        Tenant tenant = sender.tenant();
        count.groupMessages.increment();
        count.groupMembers.add(members.size());
        long except = tenant.settings().echoToSender() ? LocalDelivery.NOBODY : sender.connection();
        GroupFanOut.Result result = fanOut.deliver(tenant.id(), members, delivery, except, sender.writes());
        trace.fannedOut(members.size(), result);
        List<String> absent = result.absent();
        if (!absent.isEmpty()) {
            sender.writes().start();
        }
        OfflinePath.Accepted accepted = storeOffline(tenant, absent, delivery);
        if (!absent.isEmpty()) {
            trace.storedOfflineFor(accepted.users());
        }
        OutboundFrame.Reach reach = count.reached(absent.size(), accepted);
        if (result.delivered() + accepted.users() > 0) {
            return new Outcome.Sent(reach);
        }
        return new Outcome.Failed(result.notTaken().isEmpty() ? AckReason.NO_ROUTES : AckReason.DELIVERY_FAILED, reach);
    }
}
