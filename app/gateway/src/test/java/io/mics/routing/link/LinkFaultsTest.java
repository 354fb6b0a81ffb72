package io.mics.routing.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.routing.link.NodeLinks.Reply;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LinkFaultsTest {
    @Test
    void aCallOnAResetLinkIsAskedAgainAndDoneOnce() throws Exception {
        Semaphore begun = new Semaphore(0);
        CountDownLatch held = new CountDownLatch(1);
        AtomicInteger done = new AtomicInteger();
        var requests = TestPeers.blocking((caller, call) -> {
            if (call.getOfferBacklog().getUserId().equals("held")) {
                done.incrementAndGet();
                begun.release();
                held.await();
            }
            return TestPeers.done();
        });
        try (GrpcLinkServer server = TestPeers.server(0, 5, TestPeers.PATIENT, requests);
                FaultyProxy proxy = new FaultyProxy(server.port());
                GrpcLinks links = TestPeers.links(TestPeers.PATIENT);
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Peer peer = TestPeers.peer(proxy.port(), 5);
            TestPeers.open(links, peer);
            Future<Reply> reply = callers.submit(() -> TestPeers.ask(links, peer, "held"));
            begun.acquire();
            proxy.reset();
            TestPeers.open(links, peer);
            held.countDown();
            assertThat(reply.get(20, TimeUnit.SECONDS)).matches(TestPeers::answered);
            assertThat(done).hasValue(1);
        }
    }

    @Test
    void aCallOnALinkThatIsNotComingBackIsUnknown() throws Exception {
        Semaphore begun = new Semaphore(0);
        var requests = TestPeers.blocking((caller, call) -> {
            if (call.getOfferBacklog().getUserId().equals("held")) {
                begun.release();
                new CountDownLatch(1).await();
            }
            return TestPeers.done();
        });
        BlockingQueue<Peer> gone = new LinkedBlockingQueue<>();
        try (GrpcLinks links = TestPeers.links(TestPeers.PATIENT, gone::add);
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Peer peer;
            Future<Reply> reply;
            try (GrpcLinkServer server = TestPeers.server(0, 5, TestPeers.PATIENT, requests)) {
                peer = TestPeers.peer(server.port(), 5);
                TestPeers.open(links, peer);
                reply = callers.submit(() -> TestPeers.ask(links, peer, "held"));
                begun.acquire();
            }
            assertThat(reply.get(20, TimeUnit.SECONDS)).isInstanceOf(Reply.Unknown.class);
            assertThat(gone.poll(20, TimeUnit.SECONDS))
                    .as("its port is refused")
                    .isEqualTo(peer);
            assertThat(TestPeers.ask(links, peer, "u1")).isInstanceOf(Reply.NotAsked.class);
        }
    }

    @Test
    void aPeerThatNeverAnswersCostsTwoDeadlinesAndOpensItsBreakerAlone() throws Exception {
        Metrics metrics = new Metrics();
        try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                GrpcLinkServer server = TestPeers.server(0, 5, TestPeers.SETTINGS, TestPeers.inline(call -> {}));
                GrpcLinks links = new GrpcLinks(() -> TestPeers.ASKING, TestPeers.SETTINGS, metrics, peer -> {})) {
            Peer silent = new Peer("mute", 9, "127.0.0.1:" + mute.getLocalPort());
            Peer well = TestPeers.peer(server.port(), 5);
            TestPeers.open(links, well);
            for (int failure = 0; failure < TestPeers.SETTINGS.breakerFailures(); failure++) {
                long began = System.nanoTime();
                assertThat(TestPeers.ask(links, silent, "u1")).isInstanceOf(Reply.NotAsked.class);
                assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began))
                        .isBetween(490L, 30_000L);
                TestPeers.open(links, well);
            }
            assertThat(TestPeers.ask(links, silent, "u1")).isEqualTo(new Reply.NotAsked("circuit open"));
            TestPeers.open(links, well);
            assertThat(metrics.counter(Metric.GRPC_CIRCUIT_OPEN, "mute").value())
                    .isEqualTo(1);
            assertThat(metrics.counter(Metric.GRPC_CIRCUIT_OPEN, "node-b").value())
                    .isZero();
            links.retain(List.of(well));
            assertThat(metrics.counter(Metric.GRPC_CIRCUIT_OPEN, "mute").value())
                    .as("its series ended with it")
                    .isZero();
        }
    }

    @Test
    void backPressureIsNotAskedAtOnce() throws Exception {
        LinkSettings narrow = TestPeers.with(TestPeers.PATIENT, Duration.ofSeconds(10), 2, 5, Duration.ofSeconds(1));
        Semaphore begun = new Semaphore(0);
        CountDownLatch held = new CountDownLatch(1);
        var requests = TestPeers.blocking((caller, call) -> {
            begun.release();
            held.await();
            return TestPeers.done();
        });
        try (GrpcLinkServer server = TestPeers.server(0, 5, narrow, requests);
                GrpcLinks links = TestPeers.links(narrow);
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Peer peer = TestPeers.peer(server.port(), 5);
            Future<Reply> first = callers.submit(() -> TestPeers.ask(links, peer, "1"));
            Future<Reply> second = callers.submit(() -> TestPeers.ask(links, peer, "2"));
            begun.acquire(2);
            assertThat(TestPeers.ask(links, peer, "3")).isEqualTo(new Reply.NotAsked("too many calls in flight"));
            held.countDown();
            assertThat(first.get()).matches(TestPeers::answered);
            assertThat(second.get()).matches(TestPeers::answered);
            assertThat(TestPeers.ask(links, peer, "4")).matches(TestPeers::answered);
        }
    }

    @Test
    void aPeerWithTooMuchInHandRefusesWithoutHavingBegun() throws Exception {
        LinkSettings narrow = TestPeers.with(TestPeers.PATIENT, Duration.ofSeconds(10), 1, 5, Duration.ofSeconds(1));
        Semaphore begun = new Semaphore(0);
        CountDownLatch held = new CountDownLatch(1);
        var requests = TestPeers.blocking((caller, call) -> {
            begun.release();
            held.await();
            return TestPeers.done();
        });
        try (GrpcLinkServer server = TestPeers.server(0, 5, narrow, requests);
                GrpcLinks links = TestPeers.links(TestPeers.PATIENT);
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Peer peer = TestPeers.peer(server.port(), 5);
            Future<Reply> first = callers.submit(() -> TestPeers.ask(links, peer, "1"));
            begun.acquire();
            assertThat(TestPeers.ask(links, peer, "2")).isEqualTo(new Reply.NotAsked("too many calls in flight"));
            assertThat(begun.availablePermits()).isZero();
            held.countDown();
            assertThat(first.get()).matches(TestPeers::answered);
        }
    }

    @Test
    void aServerStartedAgainOnItsPortIsLinkedAgain() throws Exception {
        try (GrpcLinks links = TestPeers.links(TestPeers.WATCHFUL)) {
            int port;
            try (GrpcLinkServer server = TestPeers.server(0, 5, TestPeers.WATCHFUL, TestPeers.inline(call -> {}))) {
                port = server.port();
                TestPeers.open(links, TestPeers.peer(port, 5));
            }
            TestPeers.until(() -> TestPeers.ask(links, TestPeers.peer(port, 5), "u1") instanceof Reply.NotAsked);
            try (GrpcLinkServer again = TestPeers.server(port, 5, TestPeers.WATCHFUL, TestPeers.inline(call -> {}))) {
                assertThat(again.port()).isEqualTo(port);
                TestPeers.open(links, TestPeers.peer(port, 5));
            }
        }
    }

    @Test
    void aWaitingCallerCanBeInterrupted() throws Exception {
        Semaphore begun = new Semaphore(0);
        var requests = TestPeers.blocking((caller, call) -> {
            begun.release();
            new CountDownLatch(1).await();
            return TestPeers.done();
        });
        try (GrpcLinkServer server = TestPeers.server(0, 5, TestPeers.PATIENT, requests);
                GrpcLinks links = TestPeers.links(TestPeers.PATIENT)) {
            CountDownLatch interrupted = new CountDownLatch(1);
            Thread caller = Thread.ofVirtual().start(() -> {
                try {
                    links.call(TestPeers.peer(server.port(), 5), TestPeers.offer("u1"));
                } catch (InterruptedException e) {
                    interrupted.countDown();
                }
            });
            begun.acquire();
            caller.interrupt();
            assertThat(interrupted.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }
}
