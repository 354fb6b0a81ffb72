package io.mics.hook.http;

import static io.mics.hook.point.Samples.CONTEXT;
import static io.mics.hook.point.Samples.DRAFT;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpServer;
import io.mics.concurrent.Deadline;
import io.mics.hook.point.Acknowledged;
import io.mics.hook.point.DeliveryRequest;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.PostSendRequest;
import io.mics.hook.point.PreSendRequest;
import io.mics.hook.point.RecallRequest;
import io.mics.hook.point.Samples;
import io.mics.hook.policy.Target;
import io.mics.httpclient.HttpClient;
import io.mics.proto.hook.v1.CheckMessageRequest;
import io.mics.proto.hook.v1.CheckMessageResponse;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.sign.Signer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class MicsHttpClientTest {
    private static final byte[] ALLOWED =
            CheckMessageResponse.newBuilder().setAllow(true).build().toByteArray();

    private final HttpClient client = HttpClient.ofDefaults();
    private final MicsHttpClients clients = new MicsHttpClients(new HttpBackendTransport(client), client);
    private final Queue<byte[]> requests = new ConcurrentLinkedQueue<>();
    private volatile byte[] answer = ALLOWED;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/check-message", exchange -> {
            boolean asked = exchange.getRequestMethod().equals("POST");
            boolean found = exchange.getRequestURI().getPath().equals("/check-message");
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (asked) {
                requests.add(body);
            }
            exchange.sendResponseHeaders(!found ? 404 : asked ? 200 : 405, found && asked ? answer.length : -1);
            if (found && asked) {
                exchange.getResponseBody().write(answer);
            }
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
    }

    @Test
    void theBackendIsAskedAboutTheMessageAsItsSenderSentIt() throws Exception {
        HookContext timed = new HookContext(
                "t1",
                "",
                "single:u1:u2",
                "single",
                "text",
                "u1",
                "d1",
                Samples.TRACE,
                "key",
                1,
                Samples.AT,
                Map.of(),
                Map.of("timestamp_ms", "1700000000000"));
        assertThat(ask(timed, DRAFT)).isEqualTo(new HookResponse.Answered<HookResult>(new HookResult.Continue(DRAFT)));
        CheckMessageRequest request = CheckMessageRequest.parseFrom(requests.remove());
        assertThat(new Signer("secret").verify(request).genuine()).isTrue();
        assertThat(request.getMeta().getTenantId()).isEqualTo("t1");
        assertThat(request.getMeta().getTraceId()).isEqualTo(Samples.TRACE);
        assertThat(request.getMessage())
                .isEqualTo(MessageRequest.newBuilder()
                        .setTenantId("t1")
                        .setUserId("u1")
                        .setDeviceId("d1")
                        .setMsgId("m1")
                        .setToUserId("u2")
                        .setMsgBody(ByteString.copyFrom(DRAFT.payload()))
                        .setTimestampMs(1_700_000_000_000L)
                        .build());
    }

    @Test
    void aGroupIsNamedByItsConversation() throws Exception {
        MessageDraft toGroup = new MessageDraft("", "m2", "group:g1", new byte[0], Map.of(), Map.of());
        ask(CONTEXT, toGroup);
        MessageRequest message =
                CheckMessageRequest.parseFrom(requests.remove()).getMessage();
        assertThat(message.getMsgType()).isEqualTo(MessageType.GROUP_CHAT);
        assertThat(message.getGroupId()).isEqualTo("g1");
        assertThat(message.getTimestampMs()).isPositive();
    }

    @Test
    void aNoStopsTheMessageWithItsReason() throws Exception {
        answer = CheckMessageResponse.newBuilder().setReason("spam").build().toByteArray();
        assertThat(ask(CONTEXT, DRAFT))
                .isEqualTo(new HookResponse.Answered<HookResult>(new HookResult.Stop(0, "spam")));
    }

    @Test
    void nonsenseIsNotAVerdict() throws Exception {
        answer = new byte[] {(byte) 0xff, (byte) 0xff};
        assertThat(ask(CONTEXT, DRAFT))
                .isEqualTo(new HookResponse.Failed<>(
                        HookResponse.Kind.UNDECODABLE,
                        "undecodable answer of 2 bytes from " + url() + "/check-message"));
    }

    @Test
    void aConversationOfNobodyIsNotAskedAbout() throws Exception {
        MessageDraft odd = new MessageDraft("", "m", "nonsense", new byte[0], Map.of(), Map.of());
        assertThat(ask(CONTEXT, odd)).isInstanceOf(HookResponse.Failed.class);
        assertThat(requests).isEmpty();
    }

    @Test
    void aBaseUrlWithThePathInItIsRecognised() throws Exception {
        try (HookClient twice = open(url() + "/check-message")) {
            assertThat(twice.call(CONTEXT, new PreSendRequest(DRAFT), ample()))
                    .isEqualTo(new HookResponse.Failed<>(
                            HookResponse.Kind.REFUSED,
                            "404 from " + url()
                                    + "/check-message/check-message: the base URL already ends in the path of the"
                                    + " hook"));
            assertThat(twice.probe(ample())).isInstanceOf(HookResponse.Failed.class);
        }
    }

    @Test
    void otherPointsAreNotServed() throws Exception {
        try (HookClient client = open(url())) {
            HookResponse<?> no =
                    new HookResponse.Failed<>(HookResponse.Kind.FORBIDDEN, "mics-http serves pre-send only");
            assertThat(client.call(CONTEXT, new PostSendRequest(Samples.RECORD), ample()))
                    .isEqualTo(no);
            assertThat(client.call(CONTEXT, new DeliveryRequest(Samples.DELIVERY), ample()))
                    .isEqualTo(no);
            assertThat(client.call(CONTEXT, new RecallRequest.Check(Samples.RECALL), ample()))
                    .isEqualTo(no);
            assertThat(client.call(CONTEXT, new RecallRequest.Notify(Samples.RECALL), ample()))
                    .isEqualTo(no);
        }
    }

    @Test
    void aProbeAsksAboutNoMessage() throws Exception {
        try (HookClient client = open(url())) {
            assertThat(client.probe(ample())).isEqualTo(new HookResponse.Answered<>(Acknowledged.ACKNOWLEDGED));
        }
        assertThat(requests).isEmpty();
    }

    private HookResponse<HookResult> ask(HookContext context, MessageDraft draft) throws InterruptedException {
        try (HookClient client = open(url())) {
            return client.call(context, new PreSendRequest(draft), ample());
        }
    }

    private HookClient open(String baseUrl) {
        return clients.open(Samples.definition(HookPoint.PRE_SEND, new Target.MicsHttp(baseUrl, "secret")));
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static Deadline ample() {
        return Deadline.after(Duration.ofSeconds(10));
    }
}
