package io.mics.hook.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mics.concurrent.Deadline;
import io.mics.hook.HookUrls;
import io.mics.hook.point.HandedBack;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.RemoteAttributes;
import io.mics.hook.point.Reply;
import io.mics.hook.point.Target;
import io.mics.observe.TraceId;
import io.mics.proto.flare.hooks.v1.DeliveryHookResponse;
import io.mics.proto.flare.hooks.v1.PostSendHookResponse;
import io.mics.proto.flare.hooks.v1.PreSendHookResponse;
import io.mics.proto.flare.hooks.v1.RecallHookResponse;
import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.RecallEvent;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One server of {@code flare.hooks.v1.HookExtension}. Its connection is opened by the first call. */
final class GrpcHookClient implements HookClient {
    private static final Metadata.Key<String> ID = ascii("x-hook-id");
    private static final Metadata.Key<String> ATTEMPT = ascii("x-hook-attempt");
    private static final Metadata.Key<String> TRACEPARENT = ascii("traceparent");

    private final Target.Grpc target;
    private final HookLoops loops;
    private final String shown;
    private final HandedBack handedBack;
    private final ReentrantLock opening = new ReentrantLock();
    private volatile @Nullable GrpcConnection connection;
    private boolean closed;

    GrpcHookClient(Target.Grpc target, HookLoops loops) {
        this.target = target;
        this.loops = loops;
        this.shown = HookUrls.shown(target.endpoint().toString());
        this.handedBack = new HandedBack(shown);
    }

    @Override
    public Reply<HookResult> preSend(HookContext context, MessageDraft draft, Deadline deadline)
            throws InterruptedException {
        return call(
                HookMethods.PRE_SEND,
                HookMessages.preSend(context, draft),
                headers(context),
                deadline,
                PreSendHookResponse.parser(),
                answer -> new Reply.Answered<>(HookMessages.verdict(answer, draft)));
    }

    @Override
    public Reply<Map<String, String>> postSend(HookContext context, MessageRecord message, Deadline deadline)
            throws InterruptedException {
        return call(
                HookMethods.POST_SEND,
                HookMessages.postSend(context, message),
                headers(context),
                deadline,
                PostSendHookResponse.parser(),
                answer -> answer.getSuccess()
                        ? new Reply.Answered<>(
                                handedBack.kept(answer.getStatus().getDetailsMap()))
                        : GrpcFailures.unsuccessful(answer.getStatus().getCode(), shown));
    }

    @Override
    public Reply<Taken> delivery(HookContext context, DeliveryEvent delivery, Deadline deadline)
            throws InterruptedException {
        return call(
                HookMethods.DELIVERY,
                HookMessages.delivery(context, delivery),
                headers(context),
                deadline,
                DeliveryHookResponse.parser(),
                answer -> answer.getSuccess()
                        ? new Reply.Answered<>(Taken.TAKEN)
                        : GrpcFailures.unsuccessful(answer.getStatus().getCode(), shown));
    }

    @Override
    public Reply<Boolean> permits(HookContext context, RecallEvent recall, Deadline deadline)
            throws InterruptedException {
        return call(
                HookMethods.RECALL,
                HookMessages.recall(context, recall, RemoteAttributes.CHECK),
                headers(context),
                deadline,
                RecallHookResponse.parser(),
                answer -> new Reply.Answered<>(answer.getSuccess()));
    }

    @Override
    public Reply<Taken> recall(HookContext context, RecallEvent recall, Deadline deadline) throws InterruptedException {
        return call(
                HookMethods.RECALL,
                HookMessages.recall(context, recall, RemoteAttributes.NOTIFY),
                headers(context),
                deadline,
                RecallHookResponse.parser(),
                answer -> answer.getSuccess()
                        ? new Reply.Answered<>(Taken.TAKEN)
                        : GrpcFailures.unsuccessful(answer.getStatus().getCode(), shown));
    }

    /**
     * Connects and asks for the server's health by {@code grpc.health.v1}, which no hook notices; a server that does
     * not know the question is alive.
     */
    @Override
    public Reply<Taken> probe(Deadline deadline) throws InterruptedException {
        return GrpcProbe.of(this::exchange, shown, deadline);
    }

    @Override
    public void close() {
        opening.lock();
        try {
            closed = true;
            GrpcConnection held = connection;
            if (held != null) {
                held.close();
            }
        } finally {
            opening.unlock();
        }
    }

    private <Q, R, A> Reply<A> call(
            MethodDescriptor<Q, byte[]> method,
            Q request,
            Metadata headers,
            Deadline deadline,
            Parser<R> parser,
            Function<R, Reply<A>> reading)
            throws InterruptedException {
        return switch (exchange(method, request, headers, deadline)) {
            case Reply.Failed<byte[]> failed -> new Reply.Failed<>(failed.kind(), failed.cause());
            case Reply.Answered<byte[]> answered -> {
                try {
                    yield reading.apply(parser.parseFrom(answered.answer()));
                } catch (InvalidProtocolBufferException e) {
                    yield new Reply.Failed<>(
                            Reply.Kind.UNDECODABLE,
                            "undecodable answer of " + answered.answer().length + " bytes from " + shown);
                }
            }
        };
    }

    private <Q> Reply<byte[]> exchange(
            MethodDescriptor<Q, byte[]> method, Q request, Metadata headers, Deadline deadline)
            throws InterruptedException {
        GrpcConnection held;
        try {
            held = connection();
        } catch (IOException e) {
            return new Reply.Failed<>(Reply.Kind.FORBIDDEN, shown + " was not called: " + e.getMessage());
        }
        try {
            return new Reply.Answered<>(held.call(method, request, headers, deadline));
        } catch (StatusRuntimeException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            Status status = e.getStatus();
            boolean connected = held.isConnected();
            held.lost();
            return GrpcFailures.of(status, method.getFullMethodName(), shown, connected);
        }
    }

    private GrpcConnection connection() throws IOException {
        GrpcConnection held = connection;
        return held != null ? held : open();
    }

    private GrpcConnection open() throws IOException {
        opening.lock();
        try {
            GrpcConnection held = connection;
            if (held != null) {
                return held;
            }
            if (closed) {
                throw new IOException("the hook was taken out of the configuration");
            }
            GrpcConnection opened = new GrpcConnection(loops.channel(target));
            connection = opened;
            return opened;
        } finally {
            opening.unlock();
        }
    }

    private static Metadata headers(HookContext context) {
        Metadata headers = new Metadata();
        headers.put(ID, context.idempotencyKey());
        headers.put(ATTEMPT, String.valueOf(context.attempt()));
        headers.put(TRACEPARENT, TraceId.traceparent(context.traceId()));
        return headers;
    }

    private static Metadata.Key<String> ascii(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }
}
