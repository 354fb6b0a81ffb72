package io.mics.hook.grpc;

import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mics.concurrent.Deadline;
import io.mics.hook.HookUrls;
import io.mics.hook.point.Acknowledged;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookRequest;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.PostSendResultLimit;
import io.mics.hook.point.RemoteAttributes;
import io.mics.hook.policy.Target;
import io.mics.observe.TraceId;
import io.mics.sdk.plugin.HookContext;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One server of {@code flare.hooks.v1.HookExtension}. Its connection is opened by the first call. */
final class GrpcHookClient implements HookClient {
    private static final Metadata.Key<String> ID = ascii("x-hook-id");
    private static final Metadata.Key<String> ATTEMPT = ascii("x-hook-attempt");
    private static final Metadata.Key<String> TRACEPARENT = ascii("traceparent");

    private final Target.Grpc target;
    private final FlareContract contract;
    private final GrpcEventLoops eventLoops;
    private final String shown;
    private final PostSendResultLimit resultLimit;
    private final ReentrantLock opening = new ReentrantLock();
    private volatile @Nullable GrpcConnection connection;
    private boolean closed;

    GrpcHookClient(Target.Grpc target, GrpcEventLoops eventLoops) {
        this.target = target;
        this.contract = FlareContract.of(target.contract());
        this.eventLoops = eventLoops;
        this.shown = HookUrls.shown(target.endpoint().toString());
        this.resultLimit = new PostSendResultLimit(shown);
    }

    @Override
    public <A> HookResponse<A> call(HookContext context, HookRequest<A> request, Deadline deadline)
            throws InterruptedException {
        if (!(request instanceof HookRequest.OfMessage<A> message)) {
            return HookResponse.notCarried(request.point());
        }
        Map<String, String> attributes = attributes(RemoteAttributes.of(context, request));
        Message body = contract.request(context, attributes, message);
        return switch (exchange(HookMethods.of(message), body, headers(context), deadline)) {
            case HookResponse.Failed<byte[]> failed -> new HookResponse.Failed<>(failed.kind(), failed.cause());
            case HookResponse.Answered<byte[]> answered ->
                new GrpcAnswer(contract, answered.answer(), shown, resultLimit).responseTo(request);
        };
    }

    /** Those of a call, over those that are configured. */
    private Map<String, String> attributes(Map<String, String> call) {
        if (target.metadata().isEmpty()) {
            return call;
        }
        Map<String, String> all = new HashMap<>(target.metadata());
        all.putAll(call);
        return all;
    }

    /**
     * Connects and asks for the server's health by {@code grpc.health.v1}, which calls no hook, and finds out whether
     * it understands the contract of the configuration; a server that does not know the questions is alive.
     */
    @Override
    public HookResponse<Acknowledged> probe(Deadline deadline) throws InterruptedException {
        HookResponse<Acknowledged> health = GrpcProbe.of(this::exchange, shown, deadline);
        return health instanceof HookResponse.Failed<Acknowledged>
                ? health
                : ContractProbe.of(this::exchange, target.contract(), shown, deadline);
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

    private <Q> HookResponse<byte[]> exchange(
            MethodDescriptor<Q, byte[]> method, Q request, Metadata headers, Deadline deadline)
            throws InterruptedException {
        GrpcConnection held;
        try {
            held = connection();
        } catch (IOException e) {
            return new HookResponse.Failed<>(HookResponse.Kind.FORBIDDEN, shown + " was not called: " + e.getMessage());
        }
        try {
            return new HookResponse.Answered<>(held.call(method, request, headers, deadline));
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
            GrpcConnection opened = new GrpcConnection(eventLoops.channel(target));
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
