package io.mics.sdk.hook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns webhook calls into calls of hooks. Always answers, and never logs a body. */
final class WebhookExchange implements HttpHandler {
    private static final Logger LOG = System.getLogger(WebhookExchange.class.getName());

    private final WebhookHooks hooks;
    private final WebhookCheck check;
    private final int maxBodyBytes;

    WebhookExchange(WebhookHooks hooks, WebhookCheck check, int maxBodyBytes) {
        this.hooks = hooks;
        this.check = check;
        this.maxBodyBytes = maxBodyBytes;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            JdkServer.respond(exchange, answer(exchange), "application/json");
        }
    }

    private Answer answer(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestMethod().equals("POST")) {
            exchange.getResponseHeaders().set("Allow", "POST");
            return new Answer.Refused(405, "POST only");
        }
        Optional<byte[]> body = JdkServer.body(exchange, maxBodyBytes);
        if (body.isEmpty()) {
            return new Answer.Refused(413, "body over " + maxBodyBytes + " bytes");
        }
        String refusal =
                check.refusal(header(exchange, "X-Hook-Signature"), header(exchange, "X-Hook-Timestamp"), body.get());
        if (!refusal.isEmpty()) {
            return new Answer.Refused(401, refusal);
        }
        return call(exchange, body.get());
    }

    private Answer call(HttpExchange exchange, byte[] body) {
        WebhookHooks.Call call;
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            call = hooks.prepare(WebhookCall.read(text), header(exchange, "X-Hook-Id"), attempt(exchange));
        } catch (CharacterCodingException e) {
            return new Answer.Refused(400, "not UTF-8");
        } catch (IllegalArgumentException e) {
            return new Answer.Refused(400, String.valueOf(e.getMessage()));
        }
        try {
            return new Answer.Ok(JsonWriter.object(call.answer()).getBytes(StandardCharsets.UTF_8));
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            LOG.log(Level.WARNING, "a hook failed", e);
            return new Answer.Refused(500, "hook failed");
        }
    }

    private static int attempt(HttpExchange exchange) {
        String attempt = header(exchange, "X-Hook-Attempt");
        return attempt.matches("\\d{1,6}") ? Integer.parseInt(attempt) : 1;
    }

    private static String header(HttpExchange exchange, String name) {
        @Nullable String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }
}
