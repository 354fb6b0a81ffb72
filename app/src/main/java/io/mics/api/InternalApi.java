package io.mics.api;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.mics.api.Query.BadParameter;
import io.mics.event.DeadLetters;
import io.mics.observe.MessageTrail;
import java.util.function.Predicate;

/**
 * Everything under {@code /internal}. Strangers get the 404 of a path that does not exist, a wrong token gets 401, a
 * wrong parameter 400 with its name.
 */
public final class InternalApi {
    private static final String PATH = "/internal";

    private final Admission admission;
    private final DeadLetters deadLetters;
    private final Predicate<String> isTenant;
    private final ExplainApi explain;
    private final HooksApi hooks;

    public InternalApi(
            Admission admission,
            DeadLetters deadLetters,
            MessageTrail trail,
            String node,
            Predicate<String> isTenant,
            HooksApi hooks) {
        this.hooks = hooks;
        this.explain = new ExplainApi(trail, node, isTenant);
        this.admission = admission;
        this.deadLetters = deadLetters;
        this.isTenant = isTenant;
    }

    /** Adds its paths to a listener. */
    public void route(HttpRouting.Builder routing) {
        routing.any(PATH + "/*", this::admit)
                .register(PATH + "/messages", explain)
                .register(PATH + "/dead-letters", new DeadLetterApi(deadLetters, isTenant))
                .register(PATH + "/hooks", hooks)
                .error(
                        BadParameter.class,
                        (request, response, bad) ->
                                Json.fail(response, Status.BAD_REQUEST_400, bad.field(), bad.what()));
    }

    private void admit(ServerRequest request, ServerResponse response) {
        if (admission.admits(request)) {
            response.next();
        } else if (admission.token().isEmpty()) {
            response.status(Status.NOT_FOUND_404).send();
        } else {
            Json.fail(response, Status.UNAUTHORIZED_401, "", "needs Authorization: Bearer and the admin token");
        }
    }
}
