package io.mics.routing.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.mics.routing.link.NodeLinks.Reply;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** What is left of links that end: no thread. */
@Isolated("it counts the threads of the whole process")
class LinkThreadsTest {
    @Test
    void aBlackHoleIsUnknownUntilHeartbeatsMissAndALaterLinkHeals() throws Exception {
        AtomicInteger came = new AtomicInteger();
        try (GrpcLinkServer server =
                        TestPeers.server(0, 5, TestPeers.WATCHFUL, TestPeers.inline(call -> came.incrementAndGet()));
                FaultyProxy proxy = new FaultyProxy(server.port());
                GrpcLinks links = TestPeers.links(TestPeers.WATCHFUL)) {
            Peer peer = TestPeers.peer(proxy.port(), 5);
            TestPeers.open(links, peer);
            proxy.blackhole();
            int before = came.get();
            assertThat(TestPeers.ask(links, peer, "lost")).isInstanceOf(Reply.Unknown.class);
            TestPeers.until(() -> TestPeers.ask(links, peer, "lost") instanceof Reply.NotAsked);
            assertThat(came).hasValue(before);
            TestPeers.until(() -> LinkThreads.serving() == 0);
            proxy.heal();
            TestPeers.open(links, peer);
        }
    }

    @Test
    void linksToThoseThatLeftAreClosedAndNothingIsLeftOfThem() throws Exception {
        LinkThreads.awaitNone();
        try (GrpcLinkServer server = TestPeers.server(0, 5, TestPeers.WATCHFUL, TestPeers.inline(call -> {}));
                GrpcLinks links = TestPeers.links(TestPeers.WATCHFUL)) {
            Peer peer = TestPeers.peer(server.port(), 5);
            TestPeers.open(links, peer);
            assertThat(LinkThreads.serving()).isEqualTo(1);
            links.retain(List.of());
            TestPeers.until(() -> LinkThreads.serving() == 0 && LinkThreads.keeping() == 0);
            TestPeers.open(links, peer);
        }
        LinkThreads.awaitNone();
    }

    @Test
    void withoutTheTokenNothingIsAskedAndTheLogSaysSoOnceWithoutIt() throws Exception {
        AtomicInteger came = new AtomicInteger();
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        Logger logger = Logger.getLogger(LinkAcceptor.class.getName());
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line.getMessage() + List.of(line.getParameters()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(handler);
        try (GrpcLinkServer server =
                        TestPeers.server(0, 5, TestPeers.PATIENT, TestPeers.inline(call -> came.incrementAndGet()));
                ClientStream wrong = new ClientStream(server.port());
                ClientStream none = new ClientStream(server.port())) {
            assertThat(wrong.hello(TestPeers.ASKING, "not-the-token")).isEmpty();
            assertThat(wrong.stream.end().status().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(none.hello(TestPeers.ASKING, "")).isEmpty();
            assertThat(none.stream.end().status().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(came).hasValue(0);
            TestPeers.until(() -> LinkThreads.serving() == 0);
        } finally {
            logger.removeHandler(handler);
        }
        assertThat(lines).singleElement().asString().contains("127.0.0.1").doesNotContain("token]", "not-the-token");
    }
}
