package io.mics.hook.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mics.concurrent.Deadline;
import io.mics.hook.HookUrls;
import io.mics.hook.grpc.FlareContract.Notified;
import io.mics.hook.point.PostSendResultLimit;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.RemoteAttributes;
import io.mics.hook.point.HookResponse;
import io.mics.hook.policy.Target;
import io.mics.observe.TraceId;
import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.RecallEvent;
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
    private final HookLoops loops;
    private final String shown;
    private final PostSendResultLimit resultLimit;
    private final ReentrantLock opening = new ReentrantLock();
    private volatile @Nullable GrpcConnection connection;
    private boolean closed;

    GrpcHookClient(Target.Grpc target, HookLoops loops) {
        this.target = target;
        this.contract = FlareContract.of(target.contract());
        this.loops = loops;
        this.shown = HookUrls.shown(target.endpoint().toString());
        this.resultLimit = new PostSendResultLimit(shown);
    }

    @Override
    public HookResponse<HookResult> preSend(HookContext context, MessageDraft draft, Deadline deadline)
            throws InterruptedException {
        return call(
                HookMethods.PRE_SEND,
                contract.preSend(context, attributes(RemoteAttributes.of(context)), draft),
                headers(context),
                deadline,
                answer -> new HookResponse.Answered<>(contract.verdict(answer, draft)));
    }

    @Override
    public HookResponse<Map<String, String>> postSend(HookContext context, MessageRecord message, Deadline deadline)
            throws InterruptedException {
        return call(
                HookMethods.POST_SEND,
                contract.postSend(context, attributes(RemoteAttributes.of(context)), message),
                headers(context),
                deadline,
                answer -> switch (contract.notified(answer)) {
                    case Notified.Yes yes -> new HookResponse.Answered<>(resultLimit.limited(yes.details()));
                    case Notified.No no -> GrpcFailures.unsuccessful(no, shown);
                });
    }

    @Override
    public HookResponse<Taken> delivery(HookContext context, DeliveryEvent delivery, Deadline deadline)
            throws InterruptedException {
        return call(
                HookMethods.DELIVERY,
                contract.delivery(context, attributes(RemoteAttributes.of(context)), delivery),
                headers(context),
                deadline,
                this::taken);
    }

    @Override
    public HookResponse<Boolean> permits(HookContext context, RecallEvent recall, Deadline deadline)
            throws InterruptedException {
        return call(
                HookMethods.RECALL,
                contract.recall(context, attributes(RemoteAttributes.of(context, RemoteAttributes.CHECK)), recall),
                headers(context),
                deadline,
                answer -> new HookResponse.Answered<>(contract.notified(answer) instanceof Notified.Yes));
    }

    @Override
    public HookResponse<Taken> recall(HookContext context, RecallEvent recall, Deadline deadline) throws InterruptedException {
        return call(
                HookMethods.RECALL,
                contract.recall(context, attributes(RemoteAttributes.of(context, RemoteAttributes.NOTIFY)), recall),
                headers(context),
                deadline,
                this::taken);
    }

    private HookResponse<Taken> taken(byte[] answer) throws InvalidProtocolBufferException {
        return switch (contract.notified(answer)) {
            case Notified.Yes yes -> new HookResponse.Answered<>(Taken.TAKEN);
            case Notified.No no -> GrpcFailures.unsuccessful(no, shown);
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
     * Connects and asks for the server's health by {@code grpc.health.v1}, which no hook notices, and finds out whether
     * it understands the contract of the configuration; a server that does not know the questions is alive.
     */
    @Override
    public HookResponse<Taken> probe(Deadline deadline) throws InterruptedException {
        HookResponse<Taken> health = GrpcProbe.of(this::exchange, shown, deadline);
        return health instanceof HookResponse.Failed<Taken>
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

    /** Reads an answer. */
    private interface Reading<A> {
        HookResponse<A> read(byte[] answer) throws InvalidProtocolBufferException;
    }

    private <A> HookResponse<A> call(
            MethodDescriptor<Message, byte[]> method,
            Message request,
            Metadata headers,
            Deadline deadline,
            Reading<A> reading)
            throws InterruptedException {
        return switch (exchange(method, request, headers, deadline)) {
            case HookResponse.Failed<byte[]> failed -> new HookResponse.Failed<>(failed.kind(), failed.cause());
            case HookResponse.Answered<byte[]> answered -> {
                try {
                    yield reading.read(answered.answer());
                } catch (InvalidProtocolBufferException e) {
                    yield new HookResponse.Failed<>(
                            HookResponse.Kind.UNDECODABLE,
                            "undecodable answer of " + answered.answer().length + " bytes from " + shown);
                }
            }
        };
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
