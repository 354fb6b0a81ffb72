package io.mics.hook.point;

import static io.mics.hook.point.Samples.CONTEXT;
import static io.mics.hook.point.Samples.DRAFT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mics.concurrent.Deadline;
import io.mics.sdk.plugin.HookResult;
import io.mics.testing.Await;
import io.mics.testing.Certificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How every remote transport meets servers that are away, slow, silent or not who they should be. */
public abstract class HookClientFaults extends HookServerFixture {
    private static final Duration SHORT = Duration.ofMillis(150);
    private static final Map<String, Object> YES = Map.of("allow", true);

    @TempDir
    private Path folder;

    @Test
    void anAnswerThatDoesNotComeInTimeIsATimeout() throws Exception {
        hang();
        long start = System.nanoTime();
        assertFailed(preSend(SHORT), HookResponse.Kind.TIMEOUT, "no answer in time from http://127.0.0.1");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(SHORT.minusMillis(5), SHORT.plusSeconds(20));
    }

    @Test
    void anInterruptAbandonsACall() throws Exception {
        CountDownLatch called = hang();
        Thread caller = Thread.currentThread();
        Thread.ofVirtual().start(() -> {
            try {
                called.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            caller.interrupt();
        });
        assertThatThrownBy(this::preSend).isInstanceOf(InterruptedException.class);
    }

    @Test
    void aServerThatGoesAwayIsMissedAndFoundAgain() throws Exception {
        answer(YES);
        answered(preSend());
        for (int round = 0; round < 2; round++) {
            server.stop();
            HookResponse<HookResult> away = until(response -> response instanceof HookResponse.Failed<HookResult> failed
                    && failed.cause().contains("connection refused"));
            assertFailed(away, HookResponse.Kind.UNREACHABLE, "127.0.0.1:" + server.port());
            server.start();
            until(response -> response instanceof HookResponse.Answered<HookResult>);
        }
    }

    @Test
    void aServerThatAcceptsAndSaysNothingIsATimeout() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                HookClient lost = open(target("http", silent.getLocalPort(), ""))) {
            for (int i = 0; i < 3; i++) {
                assertFailed(
                        lost.call(CONTEXT, new PreSendRequest(DRAFT), Deadline.after(SHORT)),
                        HookResponse.Kind.TIMEOUT,
                        "in time");
            }
            assertThat(lost.probe(Deadline.after(SHORT))).isInstanceOf(HookResponse.Failed.class);
        }
    }

    @Test
    void onlyATrustedCertificateOfTheRightHostIsTalkedTo() throws Exception {
        Certificates certificates = new Certificates(folder);
        Certificates.Identity right = certificates.selfSigned("right", "ip:127.0.0.1");
        Certificates.Identity elsewhere = certificates.selfSigned("elsewhere", "dns:elsewhere.invalid");
        try (FakeHookServer secret = server(right);
                FakeHookServer other = server(elsewhere)) {
            secret.answer(call -> YES);
            other.answer(call -> YES);
            answered(over("https", secret, right.certificate().toString()));
            assertFailed(
                    over("https", secret, elsewhere.certificate().toString()),
                    HookResponse.Kind.UNREACHABLE,
                    "not signed by an authority that is trusted here");
            assertFailed(over("https", secret, ""), HookResponse.Kind.UNREACHABLE, "not signed by an authority");
            assertFailed(
                    over("https", other, elsewhere.certificate().toString()),
                    HookResponse.Kind.UNREACHABLE,
                    "its certificate is for another host");
        }
    }

    @Test
    void aServerThatDoesNotSpeakTlsIsRecognised() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                HookClient mistaken = open(target("https", plain.getLocalPort(), ""))) {
            Thread.ofVirtual().start(() -> {
                try (Socket socket = plain.accept()) {
                    socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF_8));
                    end.await();
                } catch (IOException | InterruptedException e) {
                    // the test is over
                }
            });
            assertFailed(
                    mistaken.call(CONTEXT, new PreSendRequest(DRAFT), ample()),
                    HookResponse.Kind.UNREACHABLE,
                    "it does not speak TLS");
        }
    }

    @Test
    void aTrustFileThatIsMissingIsNamedUntilItIsThere() throws Exception {
        Certificates certificates = new Certificates(folder);
        Path later = folder.resolve("later.pem");
        try (FakeHookServer secret = server(certificates.selfSigned("later-key", "ip:127.0.0.1"));
                HookClient early = open(target("https", secret.port(), later.toString()))) {
            secret.answer(call -> YES);
            assertFailed(
                    early.call(CONTEXT, new PreSendRequest(DRAFT), ample()),
                    HookResponse.Kind.FORBIDDEN,
                    "there is no file " + later);
            Files.writeString(later, "nonsense");
            assertFailed(
                    early.call(CONTEXT, new PreSendRequest(DRAFT), ample()), HookResponse.Kind.FORBIDDEN, "later.pem");
            Files.copy(folder.resolve("later-key.pem"), later, StandardCopyOption.REPLACE_EXISTING);
            answered(early.call(CONTEXT, new PreSendRequest(DRAFT), ample()));
        }
    }

    @Test
    void aClosedClientFailsCallsInWords() throws Exception {
        client.close();
        assertThat(preSend()).isInstanceOf(HookResponse.Failed.class);
    }

    private CountDownLatch hang() {
        CountDownLatch called = new CountDownLatch(1);
        server.answer(call -> {
            called.countDown();
            end.await();
            return YES;
        });
        return called;
    }

    private HookResponse<HookResult> over(String scheme, FakeHookServer to, String caPath) throws InterruptedException {
        try (HookClient other = open(target(scheme, to.port(), caPath))) {
            return other.call(CONTEXT, new PreSendRequest(DRAFT), ample());
        }
    }

    /** Calls until the response is as wanted. */
    private HookResponse<HookResult> until(Predicate<HookResponse<HookResult>> wanted) {
        AtomicReference<HookResponse<HookResult>> response = new AtomicReference<>();
        Await.untilTrue("the reply", () -> {
            response.set(preSend());
            return wanted.test(response.get());
        });
        return response.get();
    }
}
