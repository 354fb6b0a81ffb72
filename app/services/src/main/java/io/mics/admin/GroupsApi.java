package io.mics.admin;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.mics.admin.Query.BadParameter;
import io.mics.conversation.Conversations;
import io.mics.conversation.Reply;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.IdForm;
import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Groups of durable tenants whose members are in the database. {@code POST /conversations?tenant=} with {@code
 * {"conversationId": "group:…", "join": [users], "leave": [users]}} makes users members, creating the group when it is
 * not there, and others members no more; {@code GET /conversations/members?tenant=&conversationId=&after=&limit=} lists
 * them by id. At most {@value #MOST_USERS} users in one request.
 */
public final class GroupsApi implements HttpService {
    private static final int BODY_BYTES = 1 << 20;
    private static final int MOST_USERS = 10_000;
    private static final int LIMIT = 1_000;

    private final Conversations conversations;
    private final Function<String, Optional<IdForm>> durableTenants;
    private final BiConsumer<String, ConversationRef.Group> changed;

    /**
     * The groups in {@code conversations}.
     *
     * @param durableTenants what ids of a durable tenant whose groups are stored look like; empty for any other tenant
     * @param changed        is told of each group whose members were changed
     */
    public GroupsApi(
            Conversations conversations,
            Function<String, Optional<IdForm>> durableTenants,
            BiConsumer<String, ConversationRef.Group> changed) {
        this.conversations = conversations;
        this.durableTenants = durableTenants;
        this.changed = changed;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/", this::change).get("/members", this::list);
    }

    private void list(ServerRequest request, ServerResponse response) {
        Query query = new Query(request, Set.of("tenant", "conversationId", "after", "limit"));
        String tenant = query.text("tenant", "");
        ConversationRef.Group group = group(query.text("conversationId", ""), ids(tenant));
        int limit = query.number("limit", LIMIT, 1, LIMIT);
        switch (conversations.members(tenant, group, query.text("after", ""), limit)) {
            case Reply.Ok<Conversations.Members> page ->
                Json.send(response, out -> {
                    out.write("conversationId", group.id()).writeStartArray("members");
                    page.value().users().forEach(out::write);
                    out.writeEnd().write("next", page.value().next());
                });
            case Reply.NotFound<Conversations.Members> none ->
                Json.fail(response, Status.NOT_FOUND_404, "conversationId", "there is no such group");
            case Reply.Refused<Conversations.Members> refused ->
                Json.fail(response, Status.BAD_REQUEST_400, "", refused.reason());
            case Reply.Unavailable<Conversations.Members> away ->
                Json.fail(response, Status.SERVICE_UNAVAILABLE_503, "", away.cause());
        }
    }

    private void change(ServerRequest request, ServerResponse response) {
        String tenant = new Query(request, Set.of("tenant")).text("tenant", "");
        IdForm ids = ids(tenant);
        JsonObject body = body(request);
        if (!(body.get("conversationId") instanceof JsonString id)) {
            throw new BadParameter("conversationId", "is missing, or is not a string");
        }
        ConversationRef.Group group = group(id.getString(), ids);
        List<String> join = users(body, "join", ids);
        List<String> leave = users(body, "leave", ids);
        if (join.size() + leave.size() > MOST_USERS) {
            throw new BadParameter(
                    join.size() > MOST_USERS ? "join" : "leave", "is more than " + MOST_USERS + " users together");
        }
        Reply<Boolean> reply =
                join.isEmpty() && !leave.isEmpty() ? new Reply.Ok<>(true) : conversations.join(tenant, group, join);
        if (reply instanceof Reply.Ok && !leave.isEmpty()) {
            reply = conversations.leave(tenant, group, leave);
        }
        changed.accept(tenant, group);
        switch (reply) {
            case Reply.Ok<Boolean> ok ->
                Json.send(
                        response,
                        out -> out.write("conversationId", group.id())
                                .write("joined", join.size())
                                .write("left", leave.size()));
            case Reply.NotFound<Boolean> none ->
                Json.fail(response, Status.NOT_FOUND_404, "conversationId", "there is no such group");
            case Reply.Refused<Boolean> refused -> Json.fail(response, Status.BAD_REQUEST_400, "", refused.reason());
            case Reply.Unavailable<Boolean> away ->
                Json.fail(response, Status.SERVICE_UNAVAILABLE_503, "", away.cause());
        }
    }

    private IdForm ids(String tenant) {
        return durableTenants
                .apply(tenant)
                .orElseThrow(() -> new BadParameter(
                        "tenant",
                        tenant.isEmpty() ? "is missing" : "is not the id of a durable tenant whose groups are stored"));
    }

    private static ConversationRef.Group group(String id, IdForm ids) {
        if (ConversationRef.ofId(id).orElse(ConversationRef.WORLD) instanceof ConversationRef.Group group
                && ids.allows(group.group())) {
            return group;
        }
        throw new BadParameter("conversationId", "is not group:{id}");
    }

    private static List<String> users(JsonObject body, String field, IdForm ids) {
        JsonValue value = body.get(field);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof JsonArray array)) {
            throw new BadParameter(field, "is not a list of user ids");
        }
        List<String> users = new ArrayList<>();
        for (JsonValue each : array) {
            if (!(each instanceof JsonString user) || !ids.allows(user.getString())) {
                throw new BadParameter(field, "holds what is not a user id: " + each);
            }
            users.add(user.getString());
        }
        return users.stream().distinct().toList();
    }

    private static JsonObject body(ServerRequest request) {
        try (InputStream in = request.content().inputStream()) {
            byte[] bytes = in.readNBytes(BODY_BYTES + 1);
            if (bytes.length > BODY_BYTES) {
                throw new BadParameter("body", "is longer than " + BODY_BYTES + " bytes");
            }
            try (JsonReader reader = JsonProvider.provider().createReader(new ByteArrayInputStream(bytes))) {
                return reader.readObject();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JsonException e) {
            throw new BadParameter("body", "is not a JSON object");
        }
    }
}
