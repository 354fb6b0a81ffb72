package io.mics.sdk.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/** A fake gateway, a listener, and clients that hurry; closes all of them after each test. */
abstract class ClientHarness {
    final FakeGateway gateway = open();
    final Recorder recorder = new Recorder();
    private final List<MicsClient> clients = new ArrayList<>();

    MicsClientBuilder quick() {
        return MicsClient.builder()
                .url(gateway.url())
                .tenantId("t1")
                .deviceId("d 1")
                .token("valid:u1")
                .listener(recorder)
                // the JDK may miss an end that comes right behind the handshake: the client then waits twice this
                .connectTimeout(Duration.ofSeconds(2))
                .backoff(Duration.ofMillis(5), Duration.ofMillis(40));
    }

    /**
     * For tests that end a connection: the JDK may miss an end that comes close behind a frame, some in a hundred on a
     * busy machine, and the heartbeat finds it then, after 6 s.
     */
    MicsClientBuilder quickToNoticeAnEnd() {
        return quick().heartbeat(Duration.ofSeconds(2));
    }

    MicsClient started(MicsClientBuilder builder) {
        MicsClient client = builder.build();
        clients.add(client);
        return client;
    }

    MicsClient connected(MicsClientBuilder builder) throws Exception {
        MicsClient client = started(builder);
        client.connect();
        return client;
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void closeAll() throws Exception {
        clients.forEach(MicsClient::close);
        gateway.close();
    }

    private static FakeGateway open() {
        try {
            return new FakeGateway();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
