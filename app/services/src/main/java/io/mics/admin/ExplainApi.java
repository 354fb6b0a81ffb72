package io.mics.admin;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.mics.admin.Query.BadParameter;
import io.mics.observe.TraceBuffer;
import jakarta.json.stream.JsonGenerator;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * {@code GET /messages/{msgId}/explain?tenant=} says what happened to a message on this node: received, hooks and their
 * verdicts, devices, offline storage, event, answer; of durable ones the log, the store and distribution. Ids are not
 * unique: the steps of all that match, oldest first. Of an unknown id it says why it may be unknown (404).
 */
final class ExplainApi implements HttpService {
    private static final String UNKNOWN =
            "node %s knows no such message of this tenant: it was never sent, or by another tenant, or another node"
                    + " handled it, or it is not among those remembered any more (the newest hooks.explain-entries,"
                    + " for ten minutes)";

    private final TraceBuffer traces;
    private final String node;
    private final Predicate<String> isTenant;

    /** What {@code node} knows of the messages of the tenants that {@code isTenant} knows. */
    ExplainApi(TraceBuffer traces, String node, Predicate<String> isTenant) {
        this.traces = traces;
        this.node = node;
        this.isTenant = isTenant;
    }

    @Override
    public void routing(HttpRules rules) {
        // not by a pattern: those match the decoded path, in which an id may have slashes
        rules.get("/*", this::explain);
    }

    private void explain(ServerRequest request, ServerResponse response) {
        Optional<String> id =
                CanonicalPath.messageId(request.prologue().uriPath().rawPath());
        if (id.isEmpty()) {
            Json.fail(response, Status.NOT_FOUND_404, "", "there is only /messages/{msgId}/explain, the id encoded");
            return;
        }
        String tenant = new Query(request, Set.of("tenant")).text("tenant", "");
        if (!isTenant.test(tenant)) {
            throw new BadParameter("tenant", tenant.isEmpty() ? "is missing" : "is not the id of a tenant");
        }
        String msgId = id.get();
        List<TraceBuffer.Step> steps = traces.of(tenant, msgId);
        if (steps.isEmpty()) {
            Json.fail(response, Status.NOT_FOUND_404, "msgId", UNKNOWN.formatted(node));
            return;
        }
        Json.send(response, out -> {
            out.write("node", node)
                    .write("tenant", tenant)
                    .write("msgId", msgId)
                    .write("reach", traces.reach(tenant, msgId))
                    .writeStartArray("steps");
            steps.forEach(step -> write(out, step));
            out.writeEnd();
        });
    }

    private static void write(JsonGenerator out, TraceBuffer.Step step) {
        out.writeStartObject()
                .write("at", Instant.ofEpochMilli(step.atMs()).toString())
                .write("what", step.what())
                .write("who", step.who())
                .write("detail", step.detail())
                .writeEnd();
    }
}
