package io.mics.admin.listen;

import io.helidon.config.Config;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.grpc.GrpcConfig;
import io.helidon.webserver.grpc.GrpcProtocolSelector;
import io.helidon.webserver.grpc.GrpcRouting;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.http2.Http2Config;
import io.helidon.webserver.http2.Http2ConnectionSelector;
import io.mics.concurrent.Deadline;
import io.mics.hook.BackendOperation;
import io.mics.hook.local.PlaygroundHooks;
import io.mics.hook.point.HookResponse;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A server that takes hook calls of every transport on one port, prints each, and says yes. */
final class HookListener implements AutoCloseable {
    private static final long LARGEST_BODY = 64 << 20;
    private static final byte[] YES = "{\"allow\":true,\"success\":true}".getBytes(StandardCharsets.UTF_8);

    private final ListenSettings settings;
    private final PrintStream out;
    private final HttpCalls calls;
    private final PlaygroundHooks answers = new PlaygroundHooks(Map.of());
    private final WebServer server;

    private HookListener(ListenSettings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
        this.calls = new HttpCalls(settings.secrets());
        this.server = WebServer.builder()
                .config(Config.empty())
                .host(settings.host())
                .port(settings.port())
                .shutdownHook(false)
                .shutdownGracePeriod(Duration.ZERO)
                .maxPayloadSize(LARGEST_BODY)
                .featuresDiscoverServices(false)
                .protocolsDiscoverServices(false)
                .addConnectionSelector(Http1ConnectionSelector.builder()
                        .config(Http1Config.create())
                        .build())
                .addConnectionSelector(Http2ConnectionSelector.builder()
                        .http2Config(Http2Config.create())
                        .addSubProtocolSelector(GrpcProtocolSelector.create(GrpcConfig.create()))
                        .build())
                .addRouting(GrpcRouting.builder().service(GrpcCalls.service(this::print)))
                .routing(this::route)
                .build();
    }

    /**
     * Starts to listen.
     *
     * @throws IllegalStateException the port cannot be had
     */
    static HookListener start(ListenSettings settings, PrintStream out) {
        HookListener listener = new HookListener(settings, out);
        listener.server.start();
        if (!listener.server.isRunning()) { // Helidon only logs it
            throw new IllegalStateException("another process has the port, or the address is not this machine's");
        }
        return listener;
    }

    /** The port it listens on. */
    int port() {
        return server.port();
    }

    private void route(HttpRouting.Builder routing) {
        routing.post("/*", this::take)
                .options(
                        "/*",
                        (request, response) -> response.header(HeaderNames.ALLOW, "POST, OPTIONS")
                                .status(Status.NO_CONTENT_204)
                                .send());
    }

    private void take(ServerRequest request, ServerResponse response) throws InterruptedException {
        byte[] body = request.content().hasEntity() ? request.content().as(byte[].class) : new byte[0];
        String path = request.path().rawPath();
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        for (Header header : request.headers()) {
            headers.add(Map.entry(header.name(), header.get()));
        }
        Optional<BackendOperation> operation = Arrays.stream(BackendOperation.values())
                .filter(known -> path.endsWith(known.path()))
                .findFirst();
        if (operation.isEmpty()) {
            ReceivedCall call = calls.webhook(path, headers, body);
            print(call);
            if (call.isUnderstood()) {
                response.header(HeaderNames.CONTENT_TYPE, "application/json").send(YES);
            } else {
                response.status(Status.BAD_REQUEST_400).send("a webhook call is a JSON object; this is none\n");
            }
            return;
        }
        print(calls.protobuf(operation.get(), path, headers, body));
        switch (answers.call(operation.get(), "", () -> body, Deadline.after(Duration.ofSeconds(1)))) {
            case HookResponse.Answered<byte[]> answered ->
                response.header(HeaderNames.CONTENT_TYPE, "application/protobuf")
                        .send(answered.answer());
            case HookResponse.Failed<byte[]> failed -> response.status(400).send(failed.cause());
        }
    }

    private void print(ReceivedCall call) {
        out.println(new CallReport(settings.host() + ":" + port(), settings.showBody()).of(call));
    }

    @Override
    public void close() {
        server.stop();
    }
}
