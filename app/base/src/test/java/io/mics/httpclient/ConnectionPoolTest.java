package io.mics.httpclient;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.mics.concurrent.Deadline;
import io.mics.concurrent.Subtask;
import io.mics.concurrent.TaskScope;
import io.mics.httpclient.HttpCall.AnswerCheck;
import io.mics.httpclient.HttpOutcome.Answered;
import io.mics.httpclient.HttpOutcome.Unanswered;
import io.mics.httpclient.HttpOutcome.Why;
import io.mics.testing.Await;
import io.mics.testing.HandWrittenHttp;
import io.mics.testing.HandWrittenHttp.Request;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class ConnectionPoolTest {
    private static final int MAX = 1 << 20;

    private final AtomicReference<AddressRule> rule = new AtomicReference<>(AddressRule.ANY);
    private final HttpClient client =
            new HttpClient(new HttpClientSettings(64 << 20, 256, 1_024, Duration.ofMinutes(1)));
    private final ConnectionPool pool = client.pool(rule::get, TrustStore.JVM);

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void aCallSaysWhatItTakesAndWhereItGoes() throws Exception {
        Queue<Request> requests = new ConcurrentLinkedQueue<>();
        try (HandWrittenHttp server = echoing(requests)) {
            assertThat(text(call(server.url() + "/a%2Fb?c=%20", "hi", ample()))).isEqualTo("hi");
            Request request = requests.remove();
            assertThat(request.line()).isEqualTo("POST /a%2Fb?c=%20 HTTP/1.1");
            assertThat(request.headers())
                    .isEqualTo(Map.of(
                            "host", "127.0.0.1:" + server.port(),
                            "connection", "keep-alive",
                            "accept-encoding", "identity",
                            "user-agent", "mics",
                            "content-length", "2"));
        }
    }

    @Test
    void aThousandQuickCallsSucceedThoughTheServerClosesConnectionsAsItLikes() throws Exception {
        AtomicInteger served = new AtomicInteger();
        try (HandWrittenHttp server = HandWrittenHttp.start(HandWrittenHttp.IPV4, 16, connection -> {
            boolean first = true;
            for (Optional<Request> next = connection.next(); next.isPresent(); next = connection.next()) {
                int n = served.incrementAndGet();
                if (n % 7 == 0 && !first) {
                    connection.reset();
                    return;
                }
                first = false;
                send(connection, next.get().body());
                if (n % 5 == 0) {
                    return;
                }
            }
        })) {
            assertEveryCallOf(2_000, 64, server.url() + "/");
            assertThat(server.connections()).isLessThan(2_000);
        }
    }

    /**
     * Seen as one of a thousand quick connects that was answered "auth unavailable": the JDK's server keeps 200 idle
     * connections and closes what is more as it falls idle, without a word.
     */
    @Test
    void aThousandQuickCallsSucceedWithAServerThatKeepsOnlySoManyIdleConnections() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            assertEveryCallOf(
                    3_000, 256, "http://127.0.0.1:" + server.getAddress().getPort() + "/");
        } finally {
            server.stop(0);
            threads.shutdownNow();
        }
    }

    private void assertEveryCallOf(int calls, int atOnce, String url) throws InterruptedException {
        List<Subtask<HttpOutcome>> outcomes = new ArrayList<>();
        try (TaskScope scope = TaskScope.open("calls", atOnce, ample())) {
            for (int i = 0; i < calls; i++) {
                String body = "body-" + i;
                outcomes.add(scope.fork(() -> call(url, body, ample())));
            }
            scope.join();
        }
        for (int i = 0; i < calls; i++) {
            assertThat(text(outcomes.get(i).get())).isEqualTo("body-" + i);
        }
    }

    @Test
    void whatAServerCannotHaveHandledIsAskedOnceMoreAndNoMoreThanThat() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (HandWrittenHttp server = HandWrittenHttp.start(connection -> {
            connection.expect();
            requests.incrementAndGet();
            if (connection.number() == 1) {
                send(connection, new byte[] {1});
                connection.expect();
                requests.incrementAndGet();
            }
        })) {
            assertThat(call(server.url() + "/", "1", ample())).isInstanceOf(Answered.class);
            assertThat(call(server.url() + "/", "2", ample()))
                    .isEqualTo(new Unanswered(
                            Why.NETWORK, "connection closed without an answer at " + server.url() + "/"));
            assertThat(requests).hasValue(3);
        }
    }

    @Test
    void aCallToBeMadeOnceIsNotMadeAgain() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (HandWrittenHttp server = HandWrittenHttp.start(connection -> {
            connection.expect();
            requests.incrementAndGet();
            send(connection, new byte[] {1});
            connection.expect();
            requests.incrementAndGet();
        })) {
            HttpCall call = post(server.url() + "/", "1", MAX).once();
            assertThat(pool.call(call, ample())).isInstanceOf(Answered.class);
            assertThat(pool.call(call, ample()))
                    .isEqualTo(new Unanswered(
                            Why.NETWORK, "connection closed without an answer at " + server.url() + "/"));
            assertThat(requests).hasValue(2);
        }
    }

    @Test
    void addressesThatWereReachedAreRememberedForSoManyServers() throws Exception {
        rule.set((host, found) -> List.of(HandWrittenHttp.IPV4));
        try (HandWrittenHttp server = echoing(new ConcurrentLinkedQueue<>())) {
            for (int i = 1; i <= ConnectionPool.MAX_REACHED; i++) {
                call("http://127.0.0." + i + ":" + server.port() + "/", "hi", ample());
            }
            assertThat(pool.remembered()).isEqualTo(ConnectionPool.MAX_REACHED);
            call("http://127.0.1.1:" + server.port() + "/", "hi", ample());
            assertThat(pool.remembered()).isLessThanOrEqualTo(ConnectionPool.MAX_REACHED);
        }
    }

    @Test
    void aCallThatWasBegunToBeAnsweredIsNotMadeAgain() throws Exception {
        try (HandWrittenHttp server = HandWrittenHttp.start(connection -> {
            connection.expect();
            send(connection, new byte[] {1});
            connection.expect();
            connection.send("HTTP/1.1 2");
        })) {
            assertThat(call(server.url() + "/", "1", ample())).isInstanceOf(Answered.class);
            assertThat(call(server.url() + "/", "2", ample())).isInstanceOf(Unanswered.class);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    /** A server on a port that nobody can listen on in the other address family. */
    private record OneFamily(HandWrittenHttp server, Socket nobody) implements AutoCloseable {
        static OneFamily of(InetAddress only, InetAddress other) throws IOException {
            while (true) {
                HandWrittenHttp server = HandWrittenHttp.start(only, 50, connection -> echo(connection, request -> {}));
                Socket nobody = new Socket();
                try {
                    nobody.bind(new InetSocketAddress(other, server.port()));
                    return new OneFamily(server, nobody);
                } catch (BindException e) {
                    // somebody has that port there: another one
                    nobody.close();
                    server.close();
                }
            }
        }

        @Override
        public void close() throws IOException {
            nobody.close();
            server.close();
        }
    }

    @Test
    void everyAddressOfANameIsTried() throws Exception {
        InetAddress ipv6 = HandWrittenHttp.IPV6;
        InetAddress ipv4 = HandWrittenHttp.IPV4;
        for (InetAddress only : List.of(ipv6, ipv4)) {
            try (OneFamily family = OneFamily.of(only, only.equals(ipv4) ? ipv6 : ipv4)) {
                for (List<InetAddress> found : List.of(List.of(ipv4, ipv6), List.of(ipv6, ipv4))) {
                    rule.set((host, any) -> found);
                    assertThat(text(call("http://localhost:" + family.server().port() + "/", "hi", ample())))
                            .isEqualTo("hi");
                }
            }
        }
    }

    @Test
    void anAddressThatNeverAnswersLeavesTimeForTheNext() throws Exception {
        InetAddress full = InetAddress.getByName("127.0.0.2");
        try (HandWrittenHttp server = echoing(new ConcurrentLinkedQueue<>());
                ServerSocket silent = new ServerSocket(server.port(), 1, full);
                Socket first = new Socket(full, silent.getLocalPort());
                Socket second = new Socket(full, silent.getLocalPort())) {
            assertThat(first.isConnected() && second.isConnected()).isTrue();
            InetAddress next = HandWrittenHttp.IPV4;
            rule.set((host, any) -> List.of(full, next));
            Deadline soon = Deadline.after(Duration.ofSeconds(8));
            assertThat(text(call("http://localhost:" + server.port() + "/", "hi", soon)))
                    .isEqualTo("hi");
        }
    }

    @Test
    void anotherRuleLetsGoOfConnectionsMadeUnderTheOneBefore() throws Exception {
        try (HandWrittenHttp server = echoing(new ConcurrentLinkedQueue<>())) {
            call(server.url() + "/", "1", ample());
            rule.set((host, found) -> {
                throw new AddressRule.ForbiddenException("no");
            });
            assertThat(call(server.url() + "/", "2", ample()))
                    .isEqualTo(new Unanswered(Why.FORBIDDEN, server.url() + "/ was not called: no"));
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void anInterruptAbandonsTheCallAndClosesItsConnection() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch hungUp = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(2);
        try (HandWrittenHttp server = HandWrittenHttp.start(connection -> {
            connection.expect();
            asked.countDown();
            connection.awaitHangUp();
            hungUp.countDown();
        })) {
            for (Thread.Builder kind : List.of(Thread.ofVirtual(), Thread.ofPlatform())) {
                Thread caller = kind.start(() -> {
                    try {
                        call(server.url() + "/", "hi", ample());
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                });
                asked.await();
                caller.interrupt();
                caller.join();
            }
            hungUp.await();
            assertThat(interrupted.getCount()).isZero();
        }
    }

    @Test
    void anInterruptDuringAHandshakeOfTlsAbandonsTheCallToo() throws Exception {
        CountDownLatch hello = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        try (HandWrittenHttp server = HandWrittenHttp.start(connection -> {
            connection.awaitByte();
            hello.countDown();
            connection.awaitHangUp();
        })) {
            Thread caller = Thread.startVirtualThread(() -> {
                try {
                    call(server.url().replace("http:", "https:") + "/", "hi", ample());
                } catch (InterruptedException e) {
                    interrupted.countDown();
                }
            });
            hello.await();
            caller.interrupt();
            caller.join();
            assertThat(interrupted.getCount()).isZero();
        }
    }

    @Test
    void aServerThatReadsNothingHoldsACallNoLongerThanItsDeadline() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (HandWrittenHttp server = HandWrittenHttp.start(connection -> over.await())) {
            HttpOutcome outcome =
                    call(server.url() + "/", "x".repeat(32 << 20), Deadline.after(Duration.ofMillis(300)));
            assertThat(outcome).isEqualTo(new Unanswered(Why.TIMEOUT, "no answer in time from " + server.url() + "/"));
            over.countDown();
        }
    }

    @Test
    void idleConnectionsAreClosedInTimeAndNeverTooMany() throws Exception {
        try (HttpClient strict = new HttpClient(new HttpClientSettings(64 << 20, 3, 4, Duration.ofMillis(100)));
                HandWrittenHttp server = echoing(new ConcurrentLinkedQueue<>())) {
            ConnectionPool bounded = strict.pool(() -> AddressRule.ANY, TrustStore.JVM);
            try (TaskScope scope = TaskScope.open("calls", 20, ample())) {
                for (int i = 0; i < 20; i++) {
                    scope.fork(() -> bounded.call(post(server.url() + "/", "hi", MAX), ample()));
                }
                scope.join();
            }
            assertThat(strict.idle().get()).isLessThanOrEqualTo(3);
            Await.until("all are closed", () -> server.open() == 0);
            assertThat(strict.idle().get()).isZero();
        }
    }

    @Test
    void aClosedPoolClosesItsConnectionsAndCallsNobody() throws Exception {
        try (HandWrittenHttp server = echoing(new ConcurrentLinkedQueue<>())) {
            call(server.url() + "/", "1", ample());
            pool.close();
            Await.until("all are closed", () -> server.open() == 0);
            assertThat(call(server.url() + "/", "2", ample()))
                    .isEqualTo(
                            new Unanswered(Why.FORBIDDEN, server.url() + "/ was not called: it was taken out of use"));
        }
    }

    @Test
    void aFieldCannotEndTheHeader() {
        assertThatThrownBy(() -> new HttpCall.Field("A", "b\r\nC: d")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new HttpCall.Field("A:", "b")).isInstanceOf(IllegalArgumentException.class);
    }

    private static HandWrittenHttp echoing(Queue<Request> requests) throws IOException {
        return HandWrittenHttp.start(connection -> echo(connection, requests::add));
    }

    private static void echo(HandWrittenHttp.Connection connection, Consumer<Request> seen) throws IOException {
        for (Optional<Request> next = connection.next(); next.isPresent(); next = connection.next()) {
            seen.accept(next.get());
            send(connection, next.get().body());
        }
    }

    private static void send(HandWrittenHttp.Connection to, byte[] body) throws IOException {
        to.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n", body);
    }

    private HttpOutcome call(String url, String body, Deadline deadline) throws InterruptedException {
        return pool.call(post(url, body, MAX), deadline);
    }

    private static HttpCall post(String url, String body, int max) {
        Destination to = Destination.of(url).orElseThrow();
        return HttpCall.post("t1", to, List.of(), body.getBytes(US_ASCII), max, AnswerCheck.NONE);
    }

    private static String text(HttpOutcome outcome) {
        assertThat(outcome).isInstanceOf(Answered.class);
        return new String(((Answered) outcome).body(), US_ASCII);
    }

    private static Deadline ample() {
        return Deadline.after(Duration.ofSeconds(100));
    }
}
