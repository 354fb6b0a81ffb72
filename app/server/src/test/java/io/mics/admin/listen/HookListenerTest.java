package io.mics.admin.listen;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.mics.admin.terminal.Terminal;
import io.mics.proto.flare.hooks.v1.HookInvocationContext;
import io.mics.proto.flare.hooks.v1.HookMessageDraft;
import io.mics.proto.flare.hooks.v1.PreSendHookRequest;
import io.mics.proto.flare.hooks.v1.PreSendHookResponse;
import io.mics.proto.hook.v1.AuthRequest;
import io.mics.proto.hook.v1.AuthResponse;
import io.mics.proto.hook.v1.CheckMessageRequest;
import io.mics.proto.hook.v1.CheckMessageResponse;
import io.mics.proto.hook.v1.HookMeta;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.sdk.sign.HookSignature;
import io.mics.sdk.sign.WebhookSigner;
import io.mics.testing.node.CommandRun;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

@Timeout(60)
@Tag("engine")
class HookListenerTest {
    private static final String PRE_SEND = """
        {"context":{"tenant_id":"t1"},"draft":{"payload":"c2VjcmV0"},\
        "metadata":{"hook":"words","version":"1.4.0","hook_type":"pre-send"}}\
        """;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private HookListener listen(String... arguments) {
        List<String> all = List.of(arguments);
        List<String> secrets = all.stream()
                .filter(argument -> argument.startsWith("secret="))
                .map(argument -> argument.substring("secret=".length()))
                .toList();
        return HookListener.start(
                ListenSettings.of("127.0.0.1", "0", secrets, all.contains("show-body=true")),
                new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    private static HttpResponse<byte[]> post(HookListener to, String path, byte[] body, String... headers)
            throws Exception {
        try (HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + to.port() + path))
                    .POST(BodyPublishers.ofByteArray(body));
            return http.send(
                    (headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofByteArray());
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void saysWhatAWebhookCallIsAndHowToMakeItAgainWithoutItsBody() throws Exception {
        try (HookListener listener = listen("secret=s1", "secret=s2")) {
            String sign = new WebhookSigner(List.of("s2")).sign("1700000000", utf8(PRE_SEND));
            HttpResponse<byte[]> answer = post(
                    listener,
                    "/any/path",
                    utf8(PRE_SEND),
                    "X-Hook-Signature",
                    sign,
                    "X-Hook-Timestamp",
                    "1700000000",
                    "X-Hook-Id",
                    "it's",
                    "Authorization",
                    "Bearer token");

            assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("\"allow\":true");
            assertThat(printed())
                    .contains("pre-send by webhook, tenant t1, hook words@1.4.0, " + PRE_SEND.length()
                            + " bytes, signature verified, timestamped")
                    .contains("    X-Hook-Id: it's\n")
                    .contains("curl -sS -i")
                    .contains(" -H 'X-Hook-Id: it'\\''s'")
                    .contains("--data-binary @BODY 'http://127.0.0.1:" + listener.port() + "/any/path'")
                    .doesNotContain("payload")
                    .doesNotContain("c2VjcmV0")
                    .doesNotContain("Bearer token");
        }
    }

    @Test
    void whatIsNoCallIsRefusedInASentenceAndPrintedAllTheSame() throws Exception {
        try (HookListener listener = listen()) {
            for (byte[] body : List.of(new byte[0], utf8("no json"), utf8("[]"))) {
                HttpResponse<byte[]> answer = post(listener, "/hook", body);
                assertThat(answer.statusCode()).isEqualTo(400);
                assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("a JSON object");
            }
            assertThat(printed()).contains("no JSON object, 0 bytes", "no JSON object, 7 bytes");
            assertThat(post(listener, "/auth", utf8("\u0001\u0002\u0003")).statusCode())
                    .isEqualTo(400);
            assertThat(post(listener, "/auth", new byte[0]).statusCode()).isLessThan(500);
        }
    }

    @Test
    void answersAProbeAndPrintsNothingOfIt() throws Exception {
        try (HookListener listener = listen();
                HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            HttpRequest probe = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + listener.port() + "/hook"))
                    .method("OPTIONS", BodyPublishers.noBody())
                    .build();
            HttpResponse<Void> answer = http.send(probe, BodyHandlers.discarding());
            assertThat(answer.statusCode()).isEqualTo(204);
            assertThat(answer.headers().firstValue("Allow")).contains("POST, OPTIONS");
            assertThat(printed()).isEmpty();
        }
    }

    @Test
    void recognisesEverySortOfSignature() throws Exception {
        try (HookListener listener = listen("secret=s1")) {
            post(
                    listener,
                    "/",
                    utf8(PRE_SEND),
                    "X-Hook-Signature",
                    new WebhookSigner(List.of("s1")).sign(utf8(PRE_SEND)));
            assertThat(printed()).contains("signature verified, over the body alone");
            post(listener, "/", utf8(PRE_SEND), "X-Hook-Signature", "sha256=00");
            assertThat(printed()).contains("WRONG SIGNATURE");
            post(listener, "/", utf8("no json"));
            assertThat(printed()).contains("something by webhook, no JSON object, 7 bytes, NOT SIGNED");
        }
    }

    @Test
    void theLineItPrintsMakesTheSameCallAgain() throws Exception {
        try (HookListener listener = listen("show-body=true")) {
            post(listener, "/hook", utf8(PRE_SEND), "X-Hook-Id", "it's", "Content-Type", "application/json");
            String curl = printed()
                    .lines()
                    .filter(line -> line.contains("| curl"))
                    .findFirst()
                    .orElseThrow();
            assertThat(printed()).contains("    | " + PRE_SEND);
            printed.reset();

            Process shell = new ProcessBuilder("sh", "-c", curl)
                    .redirectErrorStream(true)
                    .start();
            String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(shell.waitFor(20, TimeUnit.SECONDS)).isTrue();

            assertThat(said).contains("200 OK");
            assertThat(printed())
                    .contains("    | " + PRE_SEND)
                    .contains("    X-Hook-Id: it's\n")
                    .contains("    Content-Type: application/json\n");
        }
    }

    @Test
    void answersTheProtobufHooksAndChecksTheirSignature() throws Exception {
        HookMeta meta =
                HookMeta.newBuilder().setTenantId("t1").setRequestId("r1").build();
        AuthRequest auth = HookSignature.sign(
                "s1",
                AuthRequest.newBuilder().setMeta(meta).setToken("valid:u1").build());
        CheckMessageRequest check = CheckMessageRequest.newBuilder()
                .setMeta(meta)
                .setMessage(MessageRequest.newBuilder().setMsgBody(ByteString.copyFromUtf8("hello u2")))
                .build();
        try (HookListener listener = listen("secret=s1")) {
            assertThat(AuthResponse.parseFrom(
                                    post(listener, "/auth", auth.toByteArray()).body())
                            .getUserId())
                    .isEqualTo("u1");
            assertThat(printed()).contains("/auth by mics-http, tenant t1").contains("signature verified");
            assertThat(CheckMessageResponse.parseFrom(post(
                                            listener,
                                            "/base/check-message",
                                            HookSignature.sign("other", check).toByteArray())
                                    .body())
                            .getAllow())
                    .isTrue();
            assertThat(printed())
                    .contains("WRONG SIGNATURE")
                    .doesNotContain("hello u2")
                    .doesNotContain("valid:u1");
            assertThat(post(listener, "/auth", utf8("garbage")).statusCode()).isEqualTo(400);
        }
    }

    @Test
    void answersGrpcOnTheSamePort() throws Exception {
        MethodDescriptor<PreSendHookRequest, PreSendHookResponse> method =
                MethodDescriptor.<PreSendHookRequest, PreSendHookResponse>newBuilder()
                        .setType(MethodDescriptor.MethodType.UNARY)
                        .setFullMethodName("flare.hooks.v1.HookExtension/InvokePreSend")
                        .setRequestMarshaller(ProtoUtils.marshaller(PreSendHookRequest.getDefaultInstance()))
                        .setResponseMarshaller(ProtoUtils.marshaller(PreSendHookResponse.getDefaultInstance()))
                        .build();
        PreSendHookRequest request = PreSendHookRequest.newBuilder()
                .setContext(HookInvocationContext.newBuilder().setTenantId("t1"))
                .setDraft(HookMessageDraft.newBuilder().setPayload(ByteString.copyFromUtf8("hello u2")))
                .build();
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of("x-hook-id", Metadata.ASCII_STRING_MARSHALLER), "key");
        try (HookListener listener = listen()) {
            ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", listener.port())
                    .usePlaintext()
                    .intercept(MetadataUtils.newAttachHeadersInterceptor(metadata))
                    .build();
            try {
                assertThat(ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, request)
                                .getAllow())
                        .isTrue();
            } finally {
                channel.shutdownNow().awaitTermination(20, TimeUnit.SECONDS);
            }
            assertThat(printed())
                    .contains("pre-send by grpc, tenant t1, " + request.getSerializedSize() + " bytes, not signed")
                    .contains("    x-hook-id: key\n")
                    .contains("grpcurl -plaintext")
                    .contains(" -H 'x-hook-id: key' -d @ 127.0.0.1:" + listener.port()
                            + " flare.hooks.v1.HookExtension/InvokePreSend < BODY")
                    .doesNotContain("hello u2");
        }
    }

    @Test
    void nothingACallerSaysSteersTheTerminal() throws Exception {
        String body = PRE_SEND.replace("words", "\\u001b[2Jwords");
        try (HookListener listener = listen("show-body=true")) {
            post(listener, "/", utf8(body + "\u001b[2J"));
            post(listener, "/", utf8(body));
            assertThat(printed()).contains("hook ?[2Jwords@").doesNotContain("\u001b");
        }
    }

    @Test
    void theCommandSaysWhereItListensAndHowItIsUsed() throws Exception {
        assertThat(command(List.of("--port", "0"))).isZero();
        assertThat(printed()).containsPattern("listening for hook calls on 127\\.0\\.0\\.1:\\d+; signatures are not");
        assertThat(command(List.of("--port", "70000"))).isEqualTo(64);
        assertThat(command(List.of("--port", "0", "--secret", ""))).isEqualTo(64);
        assertThat(printed()).contains("--port: 0 to 65535, not 70000", "--secret: is empty");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(command(List.of("--port", "" + taken.getLocalPort()))).isEqualTo(69);
            assertThat(printed()).contains("another process has the port", "--port 0 takes a free one");
        }
    }

    private int command(List<String> arguments) {
        Terminal terminal = CommandRun.terminal(InputStream.nullInputStream(), printed, printed, Map.of());
        ListenCommand ended = new ListenCommand(terminal, new CountDownLatch(0));
        CommandLine line = new CommandLine(ended).setParameterExceptionHandler((wrong, given) -> {
            terminal.err().println(wrong.getMessage());
            return Terminal.WRONG_USAGE;
        });
        try {
            return line.execute(arguments.toArray(String[]::new));
        } finally {
            Logger.getLogger("io.helidon").setLevel(null);
        }
    }
}
