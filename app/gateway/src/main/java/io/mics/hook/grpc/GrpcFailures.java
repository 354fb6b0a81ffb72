package io.mics.hook.grpc;

import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.HookResponse.Kind;
import io.mics.httpclient.ConnectionFailure;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a gRPC status that is not OK says of a hook, in plain words. Of what a server wrote into it the beginning is
 * quoted, which names what went wrong; what follows a colon or a quotation mark may be a message's own text.
 */
final class GrpcFailures {
    private static final Pattern BEGINNING = Pattern.compile("[A-Za-z][A-Za-z0-9 ,._/()!-]{0,79}");
    private static final int DEEPEST = 32;
    private static final String OVERSIZE = "gRPC message exceeds maximum size " + GrpcConnection.MAX_ANSWER_BYTES;
    private static final String HTTP_STATUS = "HTTP status code ";

    /** What some servers of gRPC (Helidon's, Go's behind a router) answer for a method that they do not serve. */
    private static final Set<String> ABSENT = Set.of("404", "405", "501");

    private GrpcFailures() {}

    /** The response for a call of {@code method} that ended with {@code status}. */
    static <A> HookResponse<A> of(Status status, String method, String endpoint, boolean connected) {
        Throwable cause = status.getCause();
        if (cause != null && isNoHttp2(cause)) {
            return failed(Kind.UNDECODABLE, endpoint + " does not speak gRPC: its answer is not HTTP/2");
        }
        String description = status.getDescription() == null ? "" : status.getDescription();
        if (description.startsWith(HTTP_STATUS)) {
            String http = description.substring(HTTP_STATUS.length()).replaceAll("\\D.*", "");
            return ABSENT.contains(http)
                    ? failed(Kind.REFUSED, endpoint + " does not serve " + method + ": it answered HTTP " + http)
                    : failed(Kind.UNDECODABLE, endpoint + " does not speak gRPC: it answered HTTP " + http);
        }
        String answered = endpoint + " answered " + status.getCode() + quoted(description);
        return switch (status.getCode()) {
            case DEADLINE_EXCEEDED ->
                failed(Kind.TIMEOUT, (connected ? "no answer in time from " : "no connection in time to ") + endpoint);
            case UNAVAILABLE ->
                cause == null
                        ? failed(Kind.UNREACHABLE, endpoint + " went away or says it is unavailable")
                        : failed(
                                Kind.UNREACHABLE,
                                "no connection to " + endpoint + ": " + ConnectionFailure.inWords(cause));
            case UNIMPLEMENTED -> failed(Kind.REFUSED, endpoint + " does not serve " + method);
            case RESOURCE_EXHAUSTED ->
                description.startsWith(OVERSIZE)
                        ? failed(
                                Kind.UNDECODABLE,
                                "answer over " + GrpcConnection.MAX_ANSWER_BYTES + " bytes from " + endpoint)
                        : failed(Kind.REFUSED, answered);
            case INVALID_ARGUMENT,
                    NOT_FOUND,
                    ALREADY_EXISTS,
                    PERMISSION_DENIED,
                    FAILED_PRECONDITION,
                    OUT_OF_RANGE,
                    UNAUTHENTICATED -> failed(Kind.REFUSED, answered);
            case OK, CANCELLED, UNKNOWN, ABORTED, INTERNAL, DATA_LOSS -> failed(Kind.ERROR, answered);
        };
    }

    private static String quoted(String description) {
        Matcher beginning = BEGINNING.matcher(description);
        return beginning.lookingAt() ? ": " + beginning.group().strip() : "";
    }

    private static boolean isNoHttp2(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++, cause = cause.getCause()) {
            if (cause instanceof Http2Exception) {
                return true;
            }
        }
        return false;
    }

    private static <A> HookResponse<A> failed(Kind kind, String cause) {
        return new HookResponse.Failed<>(kind, cause);
    }
}
