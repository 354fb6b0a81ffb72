package io.mics.hook.point;

import static io.mics.hook.point.Samples.CONTEXT;
import static io.mics.hook.point.Samples.DRAFT;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.Deadline;
import io.mics.hook.policy.Target;
import io.mics.sdk.plugin.HookResult;
import io.mics.testing.Certificates;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A hook server of one transport, a client of it, and how to talk to both. */
@Timeout(60)
public abstract class HookServerFixture {
    protected static final Duration AMPLE = Duration.ofSeconds(20);

    /** Open until the test is over. */
    protected final CountDownLatch end = new CountDownLatch(1);

    private final Queue<FakeHookServer.Call> calls = new ConcurrentLinkedQueue<>();
    protected FakeHookServer server;
    protected HookClient client;

    /** A server in the clear. */
    protected abstract FakeHookServer server() throws IOException;

    /** A server that presents a certificate. */
    protected abstract FakeHookServer server(Certificates.Identity identity) throws Exception;

    /** Where the hook at a port is. */
    protected abstract Target target(String scheme, int port, String caPath);

    protected abstract HookClient open(Target target);

    @BeforeEach
    void start() throws IOException {
        server = server();
        client = open(target("http", server.port(), ""));
    }

    @AfterEach
    void stop() {
        end.countDown();
        client.close();
        server.close();
    }

    protected static void assertFailed(HookResponse<?> response, HookResponse.Kind kind, String words) {
        assertThat(response).isInstanceOfSatisfying(HookResponse.Failed.class, failed -> {
            assertThat(failed.cause()).contains(words);
            assertThat(failed.kind()).isEqualTo(kind);
        });
    }

    protected static <A> A answered(HookResponse<A> response) {
        assertThat(response).isInstanceOf(HookResponse.Answered.class);
        return ((HookResponse.Answered<A>) response).answer();
    }

    protected HookResponse<HookResult> preSend() throws InterruptedException {
        return preSend(AMPLE);
    }

    protected static Deadline ample() {
        return Deadline.after(AMPLE);
    }

    protected void answer(Map<String, Object> answer) {
        server.answer(call -> {
            calls.add(call);
            return answer;
        });
    }

    protected Queue<FakeHookServer.Call> calls() {
        return calls;
    }

    protected HookResponse<HookResult> preSend(Duration limit) throws InterruptedException {
        return client.call(CONTEXT, new PreSendRequest(DRAFT), Deadline.after(limit));
    }
}
