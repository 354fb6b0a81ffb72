package io.mics.routing.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.concurrent.PendingWrites;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.node.v1.Backlog;
import io.mics.proto.node.v1.Deliver;
import io.mics.proto.node.v1.Envelope;
import io.mics.proto.node.v1.NodeAnswer;
import io.mics.proto.node.v1.NodeCall;
import io.mics.routing.link.NodeLinks.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LinkRoundTripTest {
    private static final int CALLERS = 64;
    private static final int CALLS = 200;
    private static final LinkSettings PATIENT = TestPeers.deadline(Duration.ofSeconds(10));

    @Test
    void keepsTheOrderOfEachCallerAndGivesEachItsOwnAnswer() throws Exception {
        Map<String, List<Integer>> came = new ConcurrentHashMap<>();
        PeerRequests requests = echo(came);
        try (GrpcLinkServer server = TestPeers.server(0, 5, PATIENT, requests);
                GrpcLinks links = TestPeers.links(PATIENT);
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Peer peer = TestPeers.peer(server.port(), 5);
            List<Future<Integer>> right = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                String caller = "caller-" + i;
                Callable<Integer> asking = () -> askInTurn(links, peer, caller);
                right.add(callers.submit(asking));
            }
            for (Future<Integer> each : right) {
                assertThat(each.get()).isEqualTo(CALLS);
            }
        }
        assertThat(came).hasSize(CALLERS);
        assertThat(came.values())
                .allSatisfy(order -> assertThat(order).isSorted().hasSize(CALLS));
    }

    private static int askInTurn(GrpcLinks links, Peer peer, String caller) throws InterruptedException {
        int right = 0;
        for (int n = 0; n < CALLS; n++) {
            NodeCall.Builder call = TestPeers.offer(caller);
            call.getOfferBacklogBuilder().setTenantId(String.valueOf(n));
            if (links.call(peer, call) instanceof Reply.Answered answered
                    && answered.answer().getBacklog().getDrain() == n) {
                right++;
            }
        }
        return right;
    }

    /** Answers a call with its number, and notes the order in which they came. */
    private static PeerRequests echo(Map<String, List<Integer>> came) {
        return new PeerRequests() {
            @Override
            public boolean blocks(NodeCall call) {
                return false;
            }

            @Override
            public NodeAnswer.Builder answer(Peer caller, NodeCall call, PendingWrites writes) {
                int n = Integer.parseInt(call.getOfferBacklog().getTenantId());
                came.computeIfAbsent(call.getOfferBacklog().getUserId(), user -> new ArrayList<>())
                        .add(n);
                return NodeAnswer.newBuilder().setBacklog(Backlog.newBuilder().setDrain(n));
            }
        };
    }

    @Test
    void aBodyOfTheLargestSizePassesBothWays() throws Exception {
        int body = (1 << 20) + (64 << 10);
        PeerRequests requests = TestPeers.blocking((caller, call) -> NodeAnswer.newBuilder()
                .setBacklog(Backlog.newBuilder().addMessages(call.getDeliver().getEnvelope())));
        try (GrpcLinkServer server = TestPeers.server(0, 5, PATIENT, requests);
                GrpcLinks links = TestPeers.links(PATIENT)) {
            Peer peer = TestPeers.peer(server.port(), 5);
            Reply reply = links.call(peer, deliver(body));
            assertThat(((Reply.Answered) reply)
                            .answer()
                            .getBacklog()
                            .getMessages(0)
                            .getMessage()
                            .getMsgBody()
                            .size())
                    .isEqualTo(body);
            assertThat(links.call(peer, deliver(PATIENT.largestCall()))).isInstanceOf(Reply.NotAsked.class);
        }
    }

    private static NodeCall.Builder deliver(int body) {
        return NodeCall.newBuilder()
                .setDeliver(Deliver.newBuilder()
                        .setEnvelope(Envelope.newBuilder()
                                .setMessage(
                                        MessageRequest.newBuilder().setMsgBody(ByteString.copyFrom(new byte[body])))));
    }

    @Test
    void callsThatMayBlockHoldNobodyUp() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        PeerRequests requests = new PeerRequests() {
            @Override
            public boolean blocks(NodeCall call) {
                return call.getOfferBacklog().getUserId().equals("slow");
            }

            @Override
            public NodeAnswer.Builder answer(Peer caller, NodeCall call, PendingWrites writes)
                    throws InterruptedException {
                if (blocks(call)) {
                    held.await();
                }
                return TestPeers.done();
            }
        };
        try (GrpcLinkServer server = TestPeers.server(0, 5, PATIENT, requests);
                GrpcLinks links = TestPeers.links(PATIENT);
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Peer peer = TestPeers.peer(server.port(), 5);
            Future<Reply> slow = callers.submit(() -> TestPeers.ask(links, peer, "slow"));
            assertThat(TestPeers.ask(links, peer, "fast")).matches(TestPeers::answered);
            assertThat(slow.isDone()).isFalse();
            held.countDown();
            assertThat(slow.get(10, TimeUnit.SECONDS)).matches(TestPeers::answered);
        }
    }

    @Test
    void aCallThatFailsOverThereSaysSo() throws Exception {
        PeerRequests requests = TestPeers.blocking((caller, call) -> {
            throw new IllegalStateException("defect");
        });
        try (GrpcLinkServer server = TestPeers.server(0, 5, PATIENT, requests);
                GrpcLinks links = TestPeers.links(PATIENT)) {
            assertThat(TestPeers.ask(links, TestPeers.peer(server.port(), 5), "u1"))
                    .isInstanceOf(Reply.Failed.class)
                    .hasToString("Failed[cause=java.lang.IllegalStateException: defect]");
        }
    }
}
