package io.mics.admin;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.mics.admin.Query.BadParameter;
import io.mics.event.DeadLetters;
import io.mics.observe.TraceBuffer;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Everything under {@code /internal}. Who is not admitted gets the 404 of a path that does not exist where no token is
 * set, else 401, after too many wrong ones 429; a wrong parameter gets 400 with its name.
 */
public final class AdminApi {
    private static final String PATH = "/internal";
    private static final String RETRY_AFTER = Long.toString(TimeUnit.NANOSECONDS.toSeconds(FailedAttempts.INTERVAL));

    private final AdminAuthenticator authenticator;
    private final DeadLetters deadLetters;
    private final Predicate<String> isTenant;
    private final ExplainApi explain;
    private final HooksApi hooks;
    private final HttpService page;
    private final Optional<GroupsApi> groups;

    /**
     * Everything for whoever {@code authenticator} admits.
     *
     * @param page   decides for itself who sees it
     * @param groups where there is a store
     */
    public AdminApi(
            AdminAuthenticator authenticator,
            DeadLetters deadLetters,
            TraceBuffer traces,
            String node,
            Predicate<String> isTenant,
            HooksApi hooks,
            HttpService page,
            Optional<GroupsApi> groups) {
        this.page = page;
        this.groups = groups;
        this.hooks = hooks;
        this.explain = new ExplainApi(traces, node, isTenant);
        this.authenticator = authenticator;
        this.deadLetters = deadLetters;
        this.isTenant = isTenant;
    }

    /** Adds its paths to a listener. */
    public void route(HttpRouting.Builder routing) {
        routing.addFilter(AdminApi::asWritten)
                .register(PATH, page)
                .any(PATH + "/*", this::admit)
                .register(PATH + "/messages", explain)
                .register(PATH + "/dead-letters", new DeadLetterApi(deadLetters, isTenant))
                .register(PATH + "/hooks", hooks)
                .error(
                        BadParameter.class,
                        (request, response, bad) ->
                                Json.fail(response, Status.BAD_REQUEST_400, bad.field(), bad.what()));
        groups.ifPresent(api -> routing.register(PATH + "/conversations", api));
    }

    /** Adds its paths to a listener, and answers what is under {@code guarded} to nobody else either. */
    public void route(HttpRouting.Builder routing, String guarded) {
        routing.addFilter((chain, request, response) -> {
            String path = request.prologue().uriPath().rawPath();
            boolean under = path.equals(guarded) || path.startsWith(guarded + "/");
            if (!under || isAdmitted(request, response)) {
                chain.proceed();
            }
        });
        route(routing);
    }

    /** Whatever is spelt otherwise does not exist, for anybody. */
    private static void asWritten(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        if (CanonicalPath.isCanonical(request.prologue().uriPath().rawPath())) {
            chain.proceed();
        } else {
            response.status(Status.NOT_FOUND_404).send();
        }
    }

    private void admit(ServerRequest request, ServerResponse response) {
        if (isAdmitted(request, response)) {
            response.next();
        }
    }

    /** Whether the request is to be answered; if not, it has been. */
    private boolean isAdmitted(ServerRequest request, ServerResponse response) {
        return isAdmitted(authenticator.decide(request), "Bearer", response);
    }

    /** The same, as it was decided; {@code challenge} says how the token is to be shown. */
    static boolean isAdmitted(AdminAuthenticator.Verdict verdict, String challenge, ServerResponse response) {
        return switch (verdict) {
            case ADMITTED -> true;
            case HIDDEN -> {
                response.status(Status.NOT_FOUND_404).send();
                yield false;
            }
            case UNAUTHORIZED -> {
                response.header(HeaderNames.WWW_AUTHENTICATE, challenge);
                Json.fail(response, Status.UNAUTHORIZED_401, "", "needs Authorization: Bearer and the admin token");
                yield false;
            }
            case TOO_MANY_ATTEMPTS -> {
                response.header(HeaderNames.RETRY_AFTER, RETRY_AFTER);
                Json.fail(response, Status.TOO_MANY_REQUESTS_429, "", "too many wrong tokens from this address");
                yield false;
            }
        };
    }
}
