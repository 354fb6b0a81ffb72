package io.mics.admin;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.mics.admin.Query.BadParameter;
import io.mics.event.DeadLetters;
import io.mics.proto.hook.v1.EventType;
import jakarta.json.stream.JsonGenerator;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * {@code GET /dead-letters} lists, {@code POST /dead-letters/replay} sends once more. Both take the same parameters:
 * {@code tenant}, which is needed, {@code type}, {@code from}, {@code to}, {@code cause}, {@code hook} ({@code *} is
 * every hook) and {@code limit}.
 */
final class DeadLetterApi implements HttpService {
    private static final Set<String> PARAMETERS = Set.of("tenant", "type", "from", "to", "cause", "hook", "limit");
    private static final int LIMIT = 100;
    private static final int LIMIT_MAX = 1_000;
    private static final List<String> TYPES = Arrays.stream(EventType.values())
            .filter(type -> type != EventType.UNRECOGNIZED)
            .map(Enum::name)
            .toList();

    private final DeadLetters letters;
    private final Predicate<String> isTenant;

    /** Dead letters of the tenants that {@code isTenant} knows. */
    DeadLetterApi(DeadLetters letters, Predicate<String> isTenant) {
        this.letters = letters;
        this.isTenant = isTenant;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::list).post("/replay", this::replay);
    }

    private void list(ServerRequest request, ServerResponse response) {
        Query query = new Query(request, PARAMETERS);
        switch (letters.list(filter(query), limit(query))) {
            case DeadLetters.Listing.Found found ->
                Json.send(response, out -> {
                    out.writeStartArray("deadLetters");
                    found.letters().forEach(letter -> write(out, letter));
                    out.writeEnd().write("more", found.more());
                });
            case DeadLetters.Listing.Unavailable away -> unavailable(response, away.cause());
        }
    }

    private void replay(ServerRequest request, ServerResponse response) {
        Query query = new Query(request, PARAMETERS);
        switch (letters.replay(filter(query), limit(query))) {
            case DeadLetters.Replaying.Done done ->
                Json.send(
                        response,
                        out -> out.write("replayed", done.replayed())
                                .write("withoutValue", done.withoutValue())
                                .write("failed", done.failed())
                                .write("more", done.more()));
            case DeadLetters.Replaying.Unavailable away -> unavailable(response, away.cause());
        }
    }

    private static void unavailable(ServerResponse response, String cause) {
        Json.fail(response, Status.SERVICE_UNAVAILABLE_503, "", cause);
    }

    private static int limit(Query query) {
        return query.number("limit", LIMIT, 1, LIMIT_MAX);
    }

    private DeadLetters.Filter filter(Query query) {
        String tenant = query.text("tenant", "");
        if (!isTenant.test(tenant)) {
            throw new BadParameter("tenant", tenant.isEmpty() ? "is missing" : "is not configured");
        }
        String type = query.text("type", "");
        if (!type.isEmpty() && !TYPES.contains(type)) {
            throw new BadParameter("type", "is not one of " + TYPES);
        }
        return new DeadLetters.Filter(
                tenant,
                type.isEmpty() ? Optional.empty() : Optional.of(EventType.valueOf(type)),
                query.time("from", Instant.MIN),
                query.time("to", Instant.MAX),
                query.text("cause", ""),
                query.text("hook", ""));
    }

    private static void write(JsonGenerator out, DeadLetters.DeadLetter letter) {
        out.writeStartObject()
                .write("id", letter.id())
                .write(
                        "type",
                        letter.type() == EventType.UNRECOGNIZED
                                ? ""
                                : letter.type().name())
                .write("user", letter.user())
                .write("cause", letter.cause())
                .write("attempts", letter.attempts())
                .write("died", letter.died().toString())
                .write("valueBytes", letter.valueBytes())
                .write("replayable", letter.replayable());
        if (!letter.hook().isEmpty()) {
            out.write("hook", letter.hook()).write("point", letter.point());
        }
        out.writeEnd();
    }
}
