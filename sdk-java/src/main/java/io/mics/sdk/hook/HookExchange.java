package io.mics.sdk.hook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.mics.sdk.sign.Signer;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Turns HTTP calls into {@link Operation}s. Reads at most the body limit into memory and always answers. */
final class HookExchange implements HttpHandler {
    private static final Logger LOG = System.getLogger(HookExchange.class.getName());

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
            JdkServer.respond(exchange, answer(exchange), "application/protobuf");
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
        Optional<byte[]> body = JdkServer.body(exchange, maxBodyBytes);
        if (body.isEmpty()) {
            return new Answer.Refused(413, "body over " + maxBodyBytes + " bytes");
        }
        try {
            return operation.answer(body.get(), handler, secrets, signers);
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            LOG.log(Level.WARNING, operation.path + " failed", e);
            return new Answer.Refused(500, "handler failed");
        }
    }
}
