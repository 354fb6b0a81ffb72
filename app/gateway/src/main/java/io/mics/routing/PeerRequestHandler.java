package io.mics.routing;

import io.mics.concurrent.FairScheduler;
import io.mics.concurrent.PendingWrites;
import io.mics.observe.Counter;
import io.mics.observe.Histogram;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.offline.ConnectedSessions;
import io.mics.offline.OfflinePath;
import io.mics.proto.node.v1.ConfirmBacklog;
import io.mics.proto.node.v1.Deliver;
import io.mics.proto.node.v1.Delivered;
import io.mics.proto.node.v1.Done;
import io.mics.proto.node.v1.Keep;
import io.mics.proto.node.v1.Kept;
import io.mics.proto.node.v1.NodeAnswer;
import io.mics.proto.node.v1.NodeCall;
import io.mics.proto.node.v1.TakeBacklog;
import io.mics.proto.node.v1.TakeOver;
import io.mics.proto.node.v1.TakenOver;
import io.mics.protocol.Delivery;
import io.mics.routing.delivery.Envelopes;
import io.mics.routing.delivery.LocalDelivery;
import io.mics.routing.directory.LocalDevices;
import io.mics.routing.home.BacklogLeases;
import io.mics.routing.home.Homes;
import io.mics.routing.home.RemoteBacklog;
import io.mics.routing.home.SendsMigration;
import io.mics.routing.link.NodeLinks;
import io.mics.routing.link.Peer;
import io.mics.routing.link.PeerRequests;
import io.mics.tenant.Tenant;
import io.mics.tenant.Tenants;
import java.util.List;
import java.util.Optional;

/** Answers what the other nodes ask of this one. */
public final class PeerRequestHandler implements PeerRequests {
    private static final int SLICE = 256;

    private final Here here;
    private final OfflinePath offline;
    private final Tenants tenants;
    private final Homes homes;
    private final BacklogLeases leases;
    private final SendsMigration sends;
    private final NodeLinks links;
    private final Metrics.PerTenant<Meters> meters;

    /** One tenant's meters of messages that other nodes send to this one, for one user each or for several. */
    private record Meters(Calls single, Calls batch) {
        record Calls(Counter delivered, Histogram duration) {
            static Calls of(Metrics metrics, String tenant, String via) {
                return new Calls(
                        metrics.counter(Metric.DELIVERIES, tenant, via),
                        metrics.histogram(Metric.GRPC_IN_DURATION, tenant, via));
            }
        }

        static Meters of(Metrics metrics, String tenant) {
            return new Meters(Calls.of(metrics, tenant, "grpc_in_single"), Calls.of(metrics, tenant, "grpc_in_batch"));
        }
    }

    /**
     * What is connected to this node.
     *
     * @param delivery writes to devices
     * @param devices  finds and replaces them
     * @param sessions takes what was buffered
     */
    public record Here(LocalDelivery delivery, LocalDevices devices, ConnectedSessions sessions) {}

    public PeerRequestHandler(
            Here here,
            OfflinePath offline,
            Tenants tenants,
            Homes homes,
            BacklogLeases leases,
            SendsMigration sends,
            NodeLinks links,
            Metrics metrics) {
        this.here = here;
        this.offline = offline;
        this.tenants = tenants;
        this.homes = homes;
        this.leases = leases;
        this.sends = sends;
        this.links = links;
        this.meters = metrics.perTenant(tenant -> Meters.of(metrics, tenant));
    }

    @Override
    public boolean blocks(NodeCall call) {
        return call.hasTakeOver() || call.hasHandOverSends();
    }

    @Override
    public NodeAnswer.Builder answer(Peer caller, NodeCall call, PendingWrites writes) throws InterruptedException {
        NodeAnswer.Builder answer = NodeAnswer.newBuilder();
        return switch (call.getCallCase()) {
            case DELIVER -> {
                Delivery delivery = Envelopes.open(call.getDeliver().getEnvelope());
                yield answer.setDelivered(deliver(call.getDeliver(), delivery, writes));
            }
            case RECALL -> {
                Delivery recall = Envelopes.open(call.getRecall().getEnvelope()).asRecall();
                yield answer.setDelivered(deliver(call.getRecall(), recall, writes));
            }
            case TAKE_OVER -> answer.setTakenOver(takeOver(call.getTakeOver()));
            case KEEP -> homes.isLeaving() ? answer.setFailure("leaving") : answer.setKept(store(call.getKeep()));
            case TAKE_BACKLOG -> {
                TakeBacklog take = call.getTakeBacklog();
                yield answer.setBacklog(leases.take(take.getTenantId(), take.getUserId()));
            }
            case CONFIRM_BACKLOG -> {
                ConfirmBacklog confirm = call.getConfirmBacklog();
                yield answer.setBacklog(leases.confirm(confirm.getDrain(), confirm.getCount(), confirm.getLast()));
            }
            case OFFER_BACKLOG -> {
                here.sessions()
                        .deliverBacklog(
                                call.getOfferBacklog().getTenantId(),
                                call.getOfferBacklog().getUserId(),
                                new RemoteBacklog(links, caller));
                yield answer.setDone(Done.getDefaultInstance());
            }
            case HAND_OVER_SENDS ->
                sends.accept(call.getHandOverSends())
                        ? answer.setDone(Done.getDefaultInstance())
                        : answer.setFailure("leaving");
            case TAKE_SENDS -> answer.setTakenOver(sends.answer(call.getTakeSends()));
            case CALL_NOT_SET -> answer.setFailure("unknown call");
        };
    }

    /** Makes every series of a tenant's messages from other nodes exist, at 0. */
    public static void registerMetrics(Metrics metrics, String tenant) {
        var unused = Meters.of(metrics, tenant);
    }

    /** In slices: other threads get the processor between them. */
    private Delivered deliver(Deliver call, Delivery delivery, PendingWrites writes) {
        long start = System.nanoTime();
        String tenant = delivery.message().getTenantId();
        List<String> users = call.getUserIdsList();
        if (users.isEmpty()) {
            here.delivery().deliverToEverybody(tenant, delivery, LocalDelivery.NOBODY);
            return Delivered.getDefaultInstance();
        }
        Delivered.Builder outcome = Delivered.newBuilder();
        for (int i = 0; i < users.size(); i++) {
            if (i > 0 && i % SLICE == 0) {
                FairScheduler.yieldToOthers();
            }
            switch (here.delivery()
                    .deliver(tenant, users.get(i), delivery, LocalDelivery.NOBODY, writes)
                    .kind()) {
                case DELIVERED -> {}
                case NO_SESSION -> outcome.addNoSession(i);
                case NOT_TAKEN -> outcome.addNotTaken(i);
            }
        }
        int delivered = users.size() - outcome.getNoSessionCount() - outcome.getNotTakenCount();
        Meters held = meters.of(tenant);
        Meters.Calls calls = users.size() == 1 ? held.single() : held.batch();
        calls.delivered().add(delivered);
        calls.duration().recordSince(start);
        return outcome.build();
    }

    private Kept store(Keep call) {
        Delivery delivery = Envelopes.open(call.getEnvelope());
        Optional<Tenant> tenant = tenants.find(delivery.message().getTenantId());
        Kept.Builder stored = Kept.newBuilder();
        for (int i = 0; i < call.getUserIdsCount(); i++) {
            if (tenant.isEmpty() || !offline.storeAtHome(tenant.get(), call.getUserIds(i), delivery)) {
                stored.addRefused(i);
            }
        }
        return stored.build();
    }

    private TakenOver takeOver(TakeOver call) {
        return TakenOver.newBuilder()
                .addAllSent(here.devices()
                        .takeOver(call.getTenantId(), call.getUserId(), call.getDeviceId(), call.getConnection()))
                .build();
    }
}
