package io.mics.hook.grpc;

import static io.mics.hook.point.Samples.CONTEXT;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.grpc.Status;
import io.mics.hook.point.DeliveryRequest;
import io.mics.hook.point.FakeHookServer;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookClientContract;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.PostSendRequest;
import io.mics.hook.point.PreSendRequest;
import io.mics.hook.point.RecallRequest;
import io.mics.hook.point.Samples;
import io.mics.hook.policy.Target;
import io.mics.testing.Certificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("engine")
class GrpcHookClientTest extends HookClientContract {
    private static GrpcHookClients clients;

    @BeforeAll
    static void loops() {
        clients = new GrpcHookClients();
    }

    @AfterAll
    static void endLoops() {
        clients.close();
    }

    @Override
    protected FakeHookServer server() throws IOException {
        return new WireHookServer(Optional.empty());
    }

    @Override
    protected FakeHookServer server(Certificates.Identity identity) throws IOException {
        return new WireHookServer(Optional.of(identity));
    }

    @Override
    protected Target target(String scheme, int port, String caPath) {
        return new Target.Grpc(URI.create(scheme + "://127.0.0.1:" + port), caPath);
    }

    @Override
    protected HookClient open(Target target) {
        return clients.open(Samples.definition(HookPoint.PRE_SEND, target));
    }

    @Test
    void aNotificationThatWasNotTakenIsAFailureWithItsCode() throws Exception {
        answer(Map.of("success", false, "status", Map.of("code", 4, "message", "SECRET")));
        assertFailed(
                client.call(CONTEXT, new DeliveryRequest(Samples.DELIVERY), ample()),
                HookResponse.Kind.REFUSED,
                "answered success=false (permission_denied)");
        answer(Map.of("success", false, "status", Map.of("code", 9)));
        assertFailed(
                client.call(CONTEXT, new PostSendRequest(Samples.RECORD), ample()),
                HookResponse.Kind.ERROR,
                "(unavailable)");
        answer(Map.of());
        assertFailed(
                client.call(CONTEXT, new RecallRequest.Notify(Samples.RECALL), ample()),
                HookResponse.Kind.ERROR,
                "(unspecified)");
    }

    @Test
    void aStatusThatIsNotOkIsReportedWithTheBeginningOfItsTextAlone() throws Exception {
        for (var expected : Map.of(
                        Status.PERMISSION_DENIED, HookResponse.Kind.REFUSED,
                        Status.RESOURCE_EXHAUSTED, HookResponse.Kind.REFUSED,
                        Status.UNAVAILABLE, HookResponse.Kind.UNREACHABLE,
                        Status.INTERNAL, HookResponse.Kind.ERROR)
                .entrySet()) {
            server.answer(call -> {
                throw expected.getKey()
                        .withDescription("Not done, sorry: SECRET")
                        .asException();
            });
            HookResponse<?> response = preSend();
            assertFailed(response, expected.getValue(), "http://127.0.0.1:" + server.port());
            assertThat(response.toString()).doesNotContain("SECRET");
        }
        server.answer(call -> {
            throw Status.INTERNAL
                    .withDescription("Exception deserializing request!")
                    .asException();
        });
        assertFailed(preSend(), HookResponse.Kind.ERROR, "answered INTERNAL: Exception deserializing request!");
    }

    @Test
    void anAnswerOfNonsenseIsNotAVerdict() throws Exception {
        wire().answerRaw(new byte[] {(byte) 0xff, (byte) 0xff, 1, 2});
        assertFailed(preSend(), HookResponse.Kind.UNDECODABLE, "undecodable answer of 4 bytes from http://127.0.0.1");
    }

    @Test
    void anAnswerOverSixteenMebibytesIsNotRead() throws Exception {
        wire().answerRaw(new byte[GrpcConnection.MAX_ANSWER_BYTES + 1]);
        assertFailed(preSend(), HookResponse.Kind.UNDECODABLE, "answer over 16777216 bytes from http://127.0.0.1");
    }

    @Test
    void aServerThatSpeaksNoGrpcIsRecognised() throws Exception {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.start();
        try (HookClient lost = open(target("http", http.getAddress().getPort(), ""))) {
            assertFailed(
                    lost.call(CONTEXT, new PreSendRequest(Samples.DRAFT), ample()),
                    HookResponse.Kind.UNDECODABLE,
                    "does not speak gRPC");
        } finally {
            http.stop(0);
        }
    }

    @Test
    void aServerThatAnswersByHttpThatItHasNoSuchMethodServesItNot() {
        for (int http : new int[] {404, 405, 501}) {
            assertFailed(
                    GrpcFailures.of(
                            Status.UNKNOWN.withDescription("HTTP status code " + http + "\nmore"), "a/B", "h", true),
                    HookResponse.Kind.REFUSED,
                    "h does not serve a/B: it answered HTTP " + http);
        }
        assertFailed(
                GrpcFailures.of(Status.UNKNOWN.withDescription("HTTP status code 302"), "a/B", "h", true),
                HookResponse.Kind.UNDECODABLE,
                "h does not speak gRPC: it answered HTTP 302");
    }

    @Test
    void aProbeAsksForTheHealthOfTheServer() throws Exception {
        for (int status : new int[] {1, 2}) {
            server.stop();
            wire().serveHealth(new byte[] {1 << 3, (byte) status});
            server.start();
            try (HookClient fresh = open(target("http", server.port(), ""))) {
                assertThat(fresh.probe(ample()) instanceof HookResponse.Answered)
                        .isEqualTo(status == 1);
            }
        }
    }

    @Test
    void anEndpointOfAnotherSchemeIsRefusedInWords() throws Exception {
        for (String endpoint : new String[] {"ftp://127.0.0.1:1", "http:nothing"}) {
            try (HookClient odd = open(new Target.Grpc(URI.create(endpoint), ""))) {
                assertFailed(
                        odd.call(CONTEXT, new PreSendRequest(Samples.DRAFT), ample()),
                        HookResponse.Kind.FORBIDDEN,
                        "http://host:port");
            }
        }
        try (HookClient unknown = open(new Target.Grpc(URI.create("http://no-such-host.invalid:1"), ""))) {
            assertFailed(
                    unknown.call(CONTEXT, new PreSendRequest(Samples.DRAFT), ample()),
                    HookResponse.Kind.UNREACHABLE,
                    "unknown host");
        }
    }

    private WireHookServer wire() {
        return (WireHookServer) server;
    }
}
