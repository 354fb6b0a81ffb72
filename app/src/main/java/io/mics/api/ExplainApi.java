package io.mics.api;

import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.mics.api.Query.BadParameter;
import io.mics.observe.MessageTrail;
import jakarta.json.stream.JsonGenerator;
import java.time.Instant;
import java.util.Set;
import java.util.function.Predicate;

/**
 * {@code GET /messages/{msgId}/explain?tenant=} says what happened to a message on this node: received, hooks and their
 * verdicts, devices, kept for later, event, answer. Ids are not unique: the steps of all that match, oldest first.
 */
final class ExplainApi implements HttpService {
    private final MessageTrail trail;
    private final String node;
    private final Predicate<String> isTenant;

    /** What {@code node} knows of the messages of the tenants that {@code isTenant} knows. */
    ExplainApi(MessageTrail trail, String node, Predicate<String> isTenant) {
        this.trail = trail;
        this.node = node;
        this.isTenant = isTenant;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/{msgId}/explain", this::explain);
    }

    private void explain(ServerRequest request, ServerResponse response) {
        String tenant = new Query(request, Set.of("tenant")).text("tenant", "");
        if (!isTenant.test(tenant)) {
            throw new BadParameter("tenant", tenant.isEmpty() ? "is missing" : "is not the id of a tenant");
        }
        String msgId = request.path().pathParameters().get("msgId");
        Json.send(response, out -> {
            out.write("node", node)
                    .write("tenant", tenant)
                    .write("msgId", msgId)
                    .writeStartArray("steps");
            trail.of(tenant, msgId).forEach(step -> write(out, step));
            out.writeEnd();
        });
    }

    private static void write(JsonGenerator out, MessageTrail.Step step) {
        out.writeStartObject()
                .write("at", Instant.ofEpochMilli(step.atMs()).toString())
                .write("what", step.what())
                .write("who", step.who())
                .write("detail", step.detail())
                .writeEnd();
    }
}
