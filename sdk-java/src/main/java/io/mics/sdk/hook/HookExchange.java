package io.mics.sdk.hook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.mics.sdk.sign.Signer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Turns HTTP calls into {@link Operation}s. Reads at most the body limit into memory and always answers. */
final class HookExchange implements HttpHandler {
    private static final Logger LOG = System.getLogger(HookExchange.class.getName());

    /** How much of an oversized body is read and thrown away, so that its sender reads the 413 and not a reset. */
    private static final int DISCARD_AT_MOST = 16 << 20;

    private final Map<String, Operation<?>> operations;
    private final HookHandler handler;
    private final HookSecrets secrets;
    private final Function<String, Signer> signers;
    private final int maxBodyBytes;

    HookExchange(
            String basePath,
            HookHandler handler,
            HookSecrets secrets,
            Function<String, Signer> signers,
            int maxBodyBytes) {
        this.operations = Operation.ALL.stream().collect(Collectors.toUnmodifiableMap(o -> basePath + o.path, o -> o));
        this.handler = handler;
        this.secrets = secrets;
        this.signers = signers;
        this.maxBodyBytes = maxBodyBytes;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer = answer(exchange);
            if (answer instanceof Answer.Ok ok) {
                respond(exchange, 200, "application/protobuf", ok.body());
            } else if (answer instanceof Answer.Refused refused) {
                byte[] line = (refused.reason() + "\n").getBytes(StandardCharsets.UTF_8);
                respond(exchange, refused.status(), "text/plain; charset=utf-8", line);
            }
        }
    }

    private Answer answer(HttpExchange exchange) throws IOException {
        Operation<?> operation = operations.get(exchange.getRequestURI().getPath());
        if (operation == null) {
            return new Answer.Refused(404, "no such hook");
        }
        if (!exchange.getRequestMethod().equals("POST")) {
            exchange.getResponseHeaders().set("Allow", "POST");
            return new Answer.Refused(405, "POST only");
        }
        byte[] body = exchange.getRequestBody().readNBytes(maxBodyBytes);
        if (body.length == maxBodyBytes && discard(exchange.getRequestBody()) > 0) {
            return new Answer.Refused(413, "body over " + maxBodyBytes + " bytes");
        }
        try {
            return operation.answer(body, handler, secrets, signers);
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            LOG.log(Level.WARNING, operation.path + " failed", e);
            return new Answer.Refused(500, "handler failed");
        }
    }

    private static long discard(InputStream rest) throws IOException {
        byte[] chunk = new byte[8192];
        long discarded = 0;
        for (int n = rest.read(chunk); n >= 0; n = rest.read(chunk)) {
            discarded += n;
            if (discarded > DISCARD_AT_MOST) {
                break;
            }
        }
        return discarded;
    }

    private static void respond(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
