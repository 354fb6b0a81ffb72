package io.mics.sdk.conversation;

import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.ServerError;
import io.mics.proto.message.v1.ServerFrame;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;

/** Requests whose callers wait for the answer. As many are held as there are threads that wait. */
final class PendingRequests {
    private static final String PREFIX = "r";

    private record Waiting(CompletableFuture<ServerFrame> answer, Predicate<ServerFrame> isAnswer) {}

    private final ConversationLink link;
    private final Duration patience;
    private final AtomicLong lastId = new AtomicLong();
    private final Map<String, Waiting> waiting = new ConcurrentHashMap<>();

    PendingRequests(ConversationLink link, Duration patience) {
        this.link = link;
        this.patience = patience;
    }

    /**
     * Asks and waits.
     *
     * @param request  the frame with this request id
     * @param isAnswer which frame answers it, when it does not carry the request's id
     * @throws IllegalStateException on the callback thread
     */
    ServerFrame ask(Function<String, ClientFrame> request, Predicate<ServerFrame> isAnswer)
            throws RequestFailed, InterruptedException {
        link.checkMayWait();
        String id = PREFIX + lastId.incrementAndGet();
        CompletableFuture<ServerFrame> answer = new CompletableFuture<>();
        waiting.put(id, new Waiting(answer, isAnswer));
        try {
            if (!link.write(request.apply(id))) {
                throw new RequestFailed(0, "not connected");
            }
            return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new RequestFailed(0, "no answer");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RequestFailed failed) {
                throw failed;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            waiting.remove(id);
        }
    }

    /** Gives an answer to who waits for it; false when nobody asked for it by this id. */
    boolean answered(String requestId, ServerFrame frame) {
        Waiting asked = waiting.get(requestId);
        if (asked != null) {
            asked.answer.complete(frame);
        }
        return requestId.startsWith(PREFIX);
    }

    /** Gives a frame to everybody it answers although it names no request. */
    void happened(ServerFrame frame) {
        waiting.values().stream()
                .filter(asked -> asked.isAnswer.test(frame))
                .forEach(asked -> asked.answer.complete(frame));
    }

    /** Gives a refusal to who waits; false when nobody asked under its id. */
    boolean refused(ServerError error) {
        Waiting asked = waiting.get(error.getRequestId());
        if (asked != null) {
            asked.answer.completeExceptionally(new RequestFailed(error.getCode(), error.getMessage()));
        }
        return error.getRequestId().startsWith(PREFIX);
    }

    /** There is no connection any more that could bring an answer. */
    void disconnected() {
        waiting.values().forEach(asked -> asked.answer.completeExceptionally(new RequestFailed(0, "connection lost")));
    }
}
