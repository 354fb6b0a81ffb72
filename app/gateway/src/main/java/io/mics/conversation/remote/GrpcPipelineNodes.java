package io.mics.conversation.remote;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.mics.concurrent.CallGuard;
import io.mics.concurrent.CircuitBreaker;
import io.mics.concurrent.Deadline;
import io.mics.observe.Log;
import io.mics.proto.pipeline.v1.AskRequest;
import io.mics.proto.pipeline.v1.AskResponse;
import io.mics.routing.link.LinkChannels;
import io.mics.routing.link.LinkProtocol;
import io.mics.routing.link.LinkSettings;
import io.mics.routing.link.Peer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Asks the members of the cluster in turn. Who has a store is found out by asking: a node without one says so, and is
 * not asked again in this start of it. A node that cannot be reached, or has too much in hand, is followed by the next
 * within the same deadline.
 */
public final class GrpcPipelineNodes implements PipelineNodes, AutoCloseable {
    private static final Log LOG = Log.of(GrpcPipelineNodes.class);
    private static final Duration DEADLINE = Duration.ofSeconds(2);
    private static final Duration PERMIT_WAIT = Duration.ofMillis(100);

    /** Questions to one node at one time. */
    private static final int IN_FLIGHT = 64;

    private static final double UNLIMITED = 0;

    private final Supplier<List<Peer>> others;
    private final LinkChannels channels;
    private final CallOptions options;
    private final CallGuard.Policy policy;
    private final int largestQuestion;
    private final Map<Peer, Node> nodes = new ConcurrentHashMap<>();
    private final AtomicInteger turn = new AtomicInteger();
    private volatile boolean closed;

    /** A member of the cluster, by one start of it. */
    private static final class Node {
        private final Peer peer;
        private final ManagedChannel channel;
        private final CallGuard guard = new CallGuard(IN_FLIGHT, false, UNLIMITED);
        private volatile boolean withoutStore;

        Node(Peer peer, ManagedChannel channel) {
            this.peer = peer;
            this.channel = channel;
        }
    }

    /** What came of asking one node. */
    private sealed interface Attempt {
        record Answered(AskResponse response) implements Attempt {}

        /** The next may be asked. */
        record Next(String cause) implements Attempt {}

        /** It may have been done; nobody else is asked. */
        record Failed(String cause) implements Attempt {}
    }

    /**
     * Asks over connections of its own.
     *
     * @param others the live members but this node
     */
    public GrpcPipelineNodes(Supplier<List<Peer>> others, LinkSettings settings) {
        this.others = others;
        channels = new LinkChannels(settings, ConversationsProtocol.LARGEST_ANSWER);
        options = CallOptions.DEFAULT.withCallCredentials(new LinkProtocol.TokenCredentials(settings.token()));
        policy = new CallGuard.Policy(
                DEADLINE,
                PERMIT_WAIT,
                CircuitBreaker.Rules.ofFailures(
                        settings.breakerFailures(), settings.breakerOpen().toNanos()));
        largestQuestion = settings.largestCall();
    }

    @Override
    public AskResponse ask(AskRequest question) {
        if (question.getSerializedSize() > largestQuestion) {
            return unavailable("larger than a node takes");
        }
        Deadline deadline = Deadline.after(DEADLINE);
        List<Node> now = nodes();
        String cause = "no node of the cluster has the role pipeline";
        int first = now.isEmpty() ? 0 : Math.floorMod(turn.getAndIncrement(), now.size());
        for (int i = 0; i < now.size() && !deadline.expired(); i++) {
            Node node = now.get((first + i) % now.size());
            switch (ask(node, question, deadline)) {
                case Attempt.Answered answered -> {
                    return answered.response();
                }
                case Attempt.Failed failed -> {
                    return unavailable(node.peer.node() + ": " + failed.cause());
                }
                case Attempt.Next next -> cause = node.peer.node() + ": " + next.cause();
            }
        }
        return unavailable(cause);
    }

    private static AskResponse unavailable(String cause) {
        return AskResponse.newBuilder().setUnavailable(cause).build();
    }

    private Attempt ask(Node node, AskRequest question, Deadline deadline) {
        try {
            return switch (node.guard.admit(policy)) {
                case CallGuard.Refused refused -> new Attempt.Next(refused.name());
                case CallGuard.Admitted admitted -> {
                    try (admitted) {
                        yield ask(node, question, deadline, admitted);
                    }
                }
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Attempt.Failed("interrupted");
        }
    }

    private Attempt ask(Node node, AskRequest question, Deadline deadline, CallGuard.Admitted admitted) {
        try {
            AskResponse response = ClientCalls.blockingUnaryCall(
                    node.channel,
                    ConversationsProtocol.ASK,
                    options.withDeadlineAfter(deadline.remainingNanos(), TimeUnit.NANOSECONDS),
                    question);
            settle(node, admitted, true);
            return new Attempt.Answered(response);
        } catch (StatusRuntimeException e) {
            return failed(node, question, e.getStatus(), admitted);
        }
    }

    private Attempt failed(Node node, AskRequest question, Status status, CallGuard.Admitted admitted) {
        String cause = status.getCode() + (status.getDescription() == null ? "" : ": " + status.getDescription());
        return switch (status.getCode()) {
            case UNIMPLEMENTED -> {
                settle(node, admitted, true);
                node.withoutStore = true;
                yield new Attempt.Next("has no store");
            }
            case RESOURCE_EXHAUSTED -> {
                settle(node, admitted, true);
                yield new Attempt.Next(cause);
            }
            case UNAVAILABLE, UNKNOWN, INTERNAL -> { // the last two come when a connection ends, too
                settle(node, admitted, false);
                node.channel.resetConnectBackoff(); // gRPC would dial ever more seldom
                yield question.hasEdit() ? new Attempt.Failed(cause) : new Attempt.Next(cause);
            }
            case CANCELLED -> new Attempt.Failed(cause); // interrupted: says nothing of the node
            case DEADLINE_EXCEEDED -> {
                settle(node, admitted, false);
                node.channel.enterIdle(); // forgets a node that took the connection and says nothing
                yield new Attempt.Failed(cause);
            }
            case INVALID_ARGUMENT -> {
                settle(node, admitted, true);
                yield new Attempt.Failed(cause);
            }
            case OK,
                    NOT_FOUND,
                    ALREADY_EXISTS,
                    PERMISSION_DENIED,
                    FAILED_PRECONDITION,
                    ABORTED,
                    OUT_OF_RANGE,
                    DATA_LOSS,
                    UNAUTHENTICATED -> {
                settle(node, admitted, false);
                yield new Attempt.Failed(cause);
            }
        };
    }

    private static void settle(Node node, CallGuard.Admitted admitted, boolean success) {
        if (admitted.settle(success, admitted.tookNanos())) {
            LOG.warn("pipeline_circuit_opened", "node", node.peer.node());
        }
    }

    /** The members that may have a store; connections to those that have gone are closed. */
    private List<Node> nodes() {
        if (closed) {
            return List.of();
        }
        List<Peer> members = others.get();
        List<Node> now = members.stream()
                .map(peer -> nodes.computeIfAbsent(peer, it -> new Node(it, channels.to(it.endpoint()))))
                .filter(node -> !node.withoutStore)
                .toList();
        if (nodes.size() > members.size()) {
            retain(members);
        }
        if (closed) {
            retain(Set.of());
            return List.of();
        }
        return now;
    }

    private void retain(Collection<Peer> members) {
        nodes.forEach((peer, node) -> {
            if (!members.contains(peer) && nodes.remove(peer, node)) {
                node.channel.shutdown(); // those who wait are answered yet
            }
        });
    }

    /** Ends the connections; who asks from now on gets no answer. */
    @Override
    public void close() {
        closed = true;
        retain(Set.of());
        channels.close();
    }
}
