package io.mics.httpclient;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.Deadline;
import io.mics.concurrent.Subtask;
import io.mics.concurrent.TaskScope;
import io.mics.httpclient.HttpCall.AnswerCheck;
import io.mics.httpclient.HttpOutcome.Answered;
import io.mics.httpclient.HttpOutcome.Cut;
import io.mics.httpclient.HttpOutcome.Why;
import io.mics.testing.Await;
import io.mics.testing.HandWrittenHttp;
import io.mics.testing.HandWrittenHttp.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How much of answers is read, of one and of all together. */
@Timeout(120)
class AnswerBoundsTest {
    private static final int MAX = 1 << 20;

    /** Each would fill the heap that the answers of all of them together are bounded to. */
    @Test
    void slowAnswersWaitForRoomAndOthersPassThem() throws Exception {
        int large = 300 << 10;
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(3);
        try (HttpClient tight = new HttpClient(new HttpClientSettings(1 << 20, 10, 10, Duration.ofMinutes(1)));
                HandWrittenHttp server = HandWrittenHttp.start(connection -> {
                    for (Optional<Request> next = connection.next(); next.isPresent(); next = connection.next()) {
                        if (next.get().target().equals("/large")) {
                            connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + large + "\r\n\r\n");
                            begun.countDown();
                            go.await();
                            connection.send("", new byte[large]);
                        } else {
                            send(connection, next.get().body());
                        }
                    }
                })) {
            ConnectionPool bounded = tight.pool(() -> AddressRule.ANY, TrustStore.JVM);
            try (TaskScope scope = TaskScope.open("calls", 10, ample())) {
                List<Subtask<HttpOutcome>> slow = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    slow.add(scope.fork(() -> bounded.call(post(server.url() + "/large", "", MAX), ample())));
                }
                begun.await();
                Await.until("the first is being read", () -> tight.answerBytes() >= large);
                assertThat(readInPart(bounded, post(server.url() + "/large", "", MAX)))
                        .isInstanceOfSatisfying(
                                Cut.class, cut -> assertThat(cut.why()).isIn(Why.NO_ROOM, Why.TIMEOUT));
                assertThat(tight.answerBytes()).isEqualTo(large);
                assertThat(text(bounded.call(post(server.url() + "/", "small", MAX), ample())))
                        .isEqualTo("small");
                go.countDown();
                scope.join();
                for (Subtask<HttpOutcome> outcome : slow) {
                    assertThat(((Answered) outcome.get()).body()).hasSize(large);
                }
            }
            assertThat(tight.answerBytes()).isZero();
        }
    }

    /** What becomes of a call whose deadline passes while its answer is read, however slow the machine is. */
    private static HttpOutcome readInPart(ConnectionPool pool, HttpCall call) throws InterruptedException {
        Duration within = Duration.ofMillis(200);
        HttpOutcome outcome = pool.call(call, Deadline.after(within));
        while (outcome instanceof HttpOutcome.Unanswered) {
            within = within.multipliedBy(2);
            outcome = pool.call(call, Deadline.after(within));
        }
        return outcome;
    }

    @Test
    void anAnswerOfUnknownLengthIsReadUpToItsLimitAndNotAByteFurther() throws Exception {
        try (HttpClient client = HttpClient.ofDefaults()) {
            readsUpTo(client.pool(() -> AddressRule.ANY, TrustStore.JVM));
            assertThat(client.answerBytes()).isZero();
        }
    }

    private static void readsUpTo(ConnectionPool pool) throws IOException, InterruptedException {
        for (int limit : new int[] {1, 1_024, ResponseBudget.SMALL, ResponseBudget.SMALL + 1, 300_000}) {
            for (int size : new int[] {0, limit - 1, limit, limit + 1}) {
                try (HandWrittenHttp server = HandWrittenHttp.start(connection -> {
                    connection.expect();
                    connection.send("HTTP/1.1 200 OK\r\n\r\n", new byte[size]);
                })) {
                    HttpOutcome outcome = pool.call(post(server.url() + "/", "", limit), ample());
                    if (size <= limit) {
                        assertThat(((Answered) outcome).body()).hasSize(size);
                    } else {
                        assertThat(((Cut) outcome).why()).isEqualTo(Why.TOO_LARGE);
                    }
                }
            }
        }
    }

    private static void send(HandWrittenHttp.Connection to, byte[] body) throws IOException {
        to.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n", body);
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
