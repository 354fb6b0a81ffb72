package io.mics.routing.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.mics.concurrent.PendingWrites;
import io.mics.observe.Metrics;
import io.mics.proto.node.v1.LinkHello;
import io.mics.proto.node.v1.LinkRequest;
import io.mics.proto.node.v1.LinkResponse;
import io.mics.proto.node.v1.NodeAnswer;
import io.mics.proto.node.v1.NodeCall;
import io.mics.routing.link.NodeLinks.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Who is let in, and what a stream written by hand is answered. */
class LinkEntryTest {
    @Test
    void aRepeatedIdIsDoneOnceAndAnsweredAgain() throws Exception {
        AtomicInteger done = new AtomicInteger();
        CountDownLatch held = new CountDownLatch(1);
        Semaphore begun = new Semaphore(0);
        PeerRequests requests = new PeerRequests() {
            @Override
            public boolean blocks(NodeCall call) {
                return call.getOfferBacklog().getUserId().equals("held");
            }

            @Override
            public NodeAnswer.Builder answer(Peer caller, NodeCall call, PendingWrites writes)
                    throws InterruptedException {
                if (blocks(call)) {
                    done.incrementAndGet();
                    begun.release();
                    held.await();
                }
                return TestPeers.done();
            }
        };
        try (GrpcLinkServer server = TestPeers.server(0, 5, TestPeers.PATIENT, requests);
                ClientStream stream = new ClientStream(server.port())) {
            assertThat(stream.hello(TestPeers.ASKING, TestPeers.PATIENT.token()))
                    .isPresent();
            stream.send(1, "held");
            begun.acquire();
            stream.send(1, "held");
            stream.send(2, "after");
            assertThat(stream.next().getId()).as("the repetition was met").isEqualTo(2);
            held.countDown();
            assertThat(stream.next().getId()).isEqualTo(1);
            stream.send(1, "held");
            assertThat(stream.next().getId()).isEqualTo(1);
            assertThat(stream.answers).isEmpty();
            assertThat(done).hasValue(1);
        }
    }

    @Test
    void aStreamMeantForAnEarlierStartLeavesTheLinkToThisOneAlone() throws Exception {
        try (GrpcLinkServer server = TestPeers.server(
                        0, 5, TestPeers.PATIENT, TestPeers.blocking((caller, call) -> TestPeers.done()));
                ClientStream good = new ClientStream(server.port());
                ClientStream lost = new ClientStream(server.port())) {
            assertThat(good.hello(TestPeers.ASKING, 5, TestPeers.PATIENT.token()))
                    .isPresent();
            assertThat(lost.hello(TestPeers.ASKING, 4, TestPeers.PATIENT.token()))
                    .get()
                    .extracting(Peer::epoch)
                    .isEqualTo(5L);
            good.send(1, "u1");
            assertThat(good.next().getId()).isEqualTo(1);
        }
    }

    @Test
    void anAnswerInFlightComesOverTheLaterLink() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        Semaphore begun = new Semaphore(0);
        var requests = TestPeers.blocking((caller, call) -> {
            begun.release();
            held.await();
            return TestPeers.done();
        });
        try (GrpcLinkServer server = TestPeers.server(0, 5, TestPeers.PATIENT, requests);
                ClientStream first = new ClientStream(server.port());
                ClientStream later = new ClientStream(server.port())) {
            assertThat(first.hello(TestPeers.ASKING, TestPeers.PATIENT.token())).isPresent();
            first.send(1, "u1");
            begun.acquire();
            assertThat(later.hello(TestPeers.ASKING, TestPeers.PATIENT.token())).isPresent();
            held.countDown();
            assertThat(later.next().getId()).isEqualTo(1);
            assertThat(first.answers).isEmpty();
        }
    }

    @Test
    void anEarlierStartOfANodeIsRefused() throws Exception {
        try (GrpcLinkServer server = TestPeers.server(0, 5, TestPeers.PATIENT, TestPeers.inline(call -> {}));
                ClientStream later = new ClientStream(server.port());
                ClientStream earlier = new ClientStream(server.port())) {
            assertThat(later.hello(new Peer("node-a", 8, "x:1"), TestPeers.PATIENT.token()))
                    .isPresent();
            assertThat(earlier.hello(new Peer("node-a", 7, "x:1"), TestPeers.PATIENT.token()))
                    .isEmpty();
            assertThat(earlier.stream.end().status().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        }
    }

    @Test
    void whoSaysHelloUnderANameThatNoMemberHasIsRefusedWhateverItKnows() throws Exception {
        AtomicInteger came = new AtomicInteger();
        MemberCheck onlyNodeA = (peer, within) -> peer.node().equals("node-a") && peer.epoch() == 7;
        try (GrpcLinkServer server = TestPeers.server(
                        0, 5, TestPeers.PATIENT, onlyNodeA, TestPeers.inline(call -> came.incrementAndGet()));
                ClientStream member = new ClientStream(server.port())) {
            for (Peer nobody : List.of(new Peer("node-z", 7, "x:1"), new Peer("node-a", 8, "x:1"))) {
                try (ClientStream stream = new ClientStream(server.port())) {
                    stream.stream.open(nobody, 0, TestPeers.PATIENT.token());
                    stream.send(1, "u1");
                    assertThat(stream.stream.awaitEnd(TimeUnit.SECONDS.toNanos(10)))
                            .isTrue();
                    assertThat(stream.stream.end().cause()).contains("FAILED_PRECONDITION", "no member");
                }
            }
            assertThat(came).hasValue(0);
            assertThat(member.hello(TestPeers.ASKING, TestPeers.PATIENT.token()))
                    .isPresent();
            member.send(1, "u1");
            assertThat(member.next().getId()).isEqualTo(1);
        }
    }

    @Test
    void callsBeforeAHelloAreNotAnswered() throws Exception {
        AtomicInteger came = new AtomicInteger();
        try (GrpcLinkServer server =
                        TestPeers.server(0, 5, TestPeers.PATIENT, TestPeers.inline(call -> came.incrementAndGet()));
                ClientStream stream = new ClientStream(server.port())) {
            // of epoch 0: a question, which makes no calls
            assertThat(stream.hello(new Peer("node-z", 0, "x:1"), TestPeers.PATIENT.token()))
                    .isPresent();
            long before = System.nanoTime();
            stream.send(1, "u1");
            stream.stream.send(List.of(), true);
            TestPeers.until(() -> System.nanoTime() - stream.stream.silentNanos() - before > 0);
            assertThat(stream.answers).isEmpty();
            assertThat(came).hasValue(0);
        }
    }

    @Test
    void thePortHasNoOtherEntrance() throws Exception {
        try (GrpcLinkServer server = TestPeers.server(0, 5, TestPeers.PATIENT, TestPeers.inline(call -> {}))) {
            LinkChannels channels = new LinkChannels(TestPeers.PATIENT);
            ManagedChannel channel = channels.to("127.0.0.1:" + server.port());
            for (String path : List.of(
                    "mics.node.v1.NodeLinkService/Other",
                    "mics.node.v1.Other/Link",
                    "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
                    "grpc.health.v1.Health/Check")) {
                // internal where the stream is reset before the answer is read: the call was still being sent
                assertThat(status(channel, path).getCode())
                        .as(path)
                        .isIn(Status.Code.UNIMPLEMENTED, Status.Code.INTERNAL);
            }
            channel.shutdownNow();
            channels.close();
            for (String request : List.of("GET / HTTP/1.1", "GET /mics.node.v1.NodeLinkService/Link HTTP/1.1")) {
                assertThat(plain(server.port(), request + "\r\nHost: x\r\n\r\n"))
                        .as(request)
                        .doesNotContain(" 200 ", " 101 ");
            }
        }
    }

    private static Status status(ManagedChannel channel, String path) throws InterruptedException {
        BlockingQueue<Status> ends = new LinkedBlockingQueue<>();
        var method = LinkProtocol.LINK.toBuilder().setFullMethodName(path).build();
        ClientCall<LinkRequest, LinkResponse> call = channel.newCall(method, CallOptions.DEFAULT);
        Metadata metadata = new Metadata();
        metadata.put(LinkProtocol.TOKEN, TestPeers.PATIENT.token());
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        ends.add(status);
                    }
                },
                metadata);
        call.request(1);
        call.sendMessage(LinkRequest.getDefaultInstance());
        call.halfClose();
        Status end = ends.poll(60, TimeUnit.SECONDS);
        assertThat(end).as(path).isNotNull();
        return end;
    }

    private static String plain(int port, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void whoIsNoMemberYetLearnsWhoAnswers() throws Exception {
        try (GrpcLinkServer server = TestPeers.server(0, 5, TestPeers.PATIENT, TestPeers.inline(call -> {}));
                GrpcLinks links =
                        new GrpcLinks(() -> new Peer("node-a", 0, ""), TestPeers.PATIENT, new Metrics(), peer -> {})) {
            assertThat(links.answers(TestPeers.peer(server.port(), 5))).isTrue();
            assertThat(links.answers(TestPeers.peer(server.port(), 4))).isFalse();
            assertThat(links.answers(TestPeers.peer(1, 5))).isFalse();
        }
    }

    @Test
    void aHelloOfAnotherStartMeansThePeerIsGone() throws Exception {
        BlockingQueue<Peer> gone = new LinkedBlockingQueue<>();
        AtomicInteger came = new AtomicInteger();
        try (GrpcLinkServer server =
                        TestPeers.server(0, 6, TestPeers.PATIENT, TestPeers.inline(call -> came.incrementAndGet()));
                GrpcLinks links = TestPeers.links(TestPeers.PATIENT, gone::add)) {
            Peer before = TestPeers.peer(server.port(), 5);
            assertThat(TestPeers.ask(links, before, "u1")).isInstanceOf(Reply.NotAsked.class);
            assertThat(gone.poll(10, TimeUnit.SECONDS)).isEqualTo(before);
            assertThat(came).hasValue(0);
        }
    }

    @Test
    void aPeerOfAnotherProtocolVersionIsNotAsked() throws Exception {
        Server other = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(ServerServiceDefinition.builder(LinkProtocol.SERVICE)
                        .addMethod(LinkProtocol.LINK, LinkEntryTest::helloOfVersionTwo)
                        .build())
                .build()
                .start();
        try (GrpcLinks links = TestPeers.links(TestPeers.PATIENT)) {
            assertThat(TestPeers.ask(links, TestPeers.peer(other.getPort(), 5), "u1"))
                    .isInstanceOf(Reply.NotAsked.class)
                    .asString()
                    .contains("protocol version 2, not 1");
        } finally {
            other.shutdownNow().awaitTermination();
        }
    }

    private static ServerCall.Listener<LinkRequest> helloOfVersionTwo(
            ServerCall<LinkRequest, LinkResponse> call, Metadata metadata) {
        call.sendHeaders(new Metadata());
        call.request(10);
        call.sendMessage(LinkResponse.newBuilder()
                .setHello(LinkHello.newBuilder().setProtocolVersion(2).setEpoch(5))
                .build());
        return new ServerCall.Listener<>() {};
    }

    @Test
    void aMessageTooLargeToReadEndsItsLinkAndNoOther() throws Exception {
        try (GrpcLinkServer server = TestPeers.server(0, 5, TestPeers.PATIENT, TestPeers.inline(call -> {}));
                ClientStream large = new ClientStream(server.port());
                ClientStream well = new ClientStream(server.port())) {
            assertThat(well.hello(new Peer("node-c", 1, "x:1"), TestPeers.PATIENT.token()))
                    .isPresent();
            assertThat(large.hello(TestPeers.ASKING, TestPeers.PATIENT.token())).isPresent();
            NodeCall.Builder call = TestPeers.offer("u".repeat(TestPeers.PATIENT.largestMessage()));
            large.stream.send(List.of(call.setId(1).build()), false);
            assertThat(large.stream.awaitEnd(TimeUnit.SECONDS.toNanos(10))).isTrue();
            well.send(1, "u1");
            assertThat(well.next().getId()).isEqualTo(1);
        }
    }
}
