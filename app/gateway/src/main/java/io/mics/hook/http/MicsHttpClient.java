package io.mics.hook.http;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.mics.concurrent.Deadline;
import io.mics.hook.BackendCall;
import io.mics.hook.BackendOperation;
import io.mics.hook.HookUrls;
import io.mics.hook.point.Acknowledged;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookRequest;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.PreSendRequest;
import io.mics.hook.policy.Target;
import io.mics.httpclient.ConnectionPool;
import io.mics.proto.hook.v1.CheckMessageRequest;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import io.mics.protocol.Conversation;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.sign.Signer;

/** A tenant's {@code /check-message}: asked before a message is accepted, and nothing else. */
final class MicsHttpClient implements HookClient {
    /** The attribute with the time the client gave its message, in milliseconds; without it the time of the call. */
    static final String TIMESTAMP = "timestamp_ms";

    private static final int LONGEST_NUMBER = 18;

    private final Target.MicsHttp target;
    private final HttpBackendTransport transport;
    private final Signer signer;
    private final ConnectionPool prober;

    /** Asks over {@code transport}, which it does not close. */
    MicsHttpClient(Target.MicsHttp target, HttpBackendTransport transport, ConnectionPool prober) {
        this.target = target;
        this.transport = transport;
        this.prober = prober;
        this.signer = new Signer(target.secret());
    }

    @Override
    public <A> HookResponse<A> call(HookContext context, HookRequest<A> request, Deadline deadline)
            throws InterruptedException {
        if (!(request instanceof PreSendRequest asked)) {
            return new HookResponse.Failed<>(HookResponse.Kind.FORBIDDEN, "mics-http serves pre-send only");
        }
        MessageDraft draft = asked.draft();
        MessageRequest.Builder message = MessageRequest.newBuilder()
                .setTenantId(context.tenant())
                .setUserId(context.sender())
                .setDeviceId(context.device())
                .setMsgId(draft.clientMessageId())
                .setMsgBody(body(draft))
                .setTimestampMs(timestamp(context));
        switch (Conversation.parse(draft.conversationId(), context.sender())) {
            case Conversation.WithUser to -> message.setToUserId(to.user());
            case Conversation.InGroup in ->
                message.setMsgType(MessageType.GROUP_CHAT).setGroupId(in.group());
            case Conversation.Unclear unclear -> {
                return new HookResponse.Failed<>(HookResponse.Kind.FORBIDDEN, unclear.why());
            }
        }
        return switch (check(context, message.build(), deadline)) {
            case HookResponse.Answered<byte[]> answered ->
                new CheckAnswer(answered.answer(), shown()).responseTo(request);
            case HookResponse.Failed<byte[]> failed -> new HookResponse.Failed<>(failed.kind(), failed.cause());
        };
    }

    private HookResponse<byte[]> check(HookContext context, MessageRequest message, Deadline deadline)
            throws InterruptedException {
        BackendCall call = new BackendCall(
                context.tenant(),
                context.traceId(),
                target.secret(),
                meta -> CheckMessageRequest.newBuilder()
                        .setMeta(meta)
                        .setMessage(message)
                        .build());
        return transport.call(BackendOperation.CHECK_MESSAGE, target.baseUrl(), call.to(false, signer), deadline);
    }

    /** The body is not changed by anybody, so it need not be copied. */
    private static ByteString body(MessageDraft draft) {
        return UnsafeByteOperations.unsafeWrap(draft.payload());
    }

    private static long timestamp(HookContext context) {
        String given = context.attributes().getOrDefault(TIMESTAMP, "");
        return given.length() <= LONGEST_NUMBER && given.matches("\\d+")
                ? Long.parseLong(given)
                : System.currentTimeMillis();
    }

    @Override
    public HookResponse<Acknowledged> probe(Deadline deadline) throws InterruptedException {
        HookResponse<Acknowledged> answer =
                HttpProbe.of(prober, target.baseUrl() + BackendOperation.CHECK_MESSAGE.path(), deadline);
        // what answers a probe there need not take posts
        return answer instanceof HookResponse.Answered<Acknowledged>
                        && target.baseUrl().endsWith(BackendOperation.CHECK_MESSAGE.path())
                ? new HookResponse.Failed<>(
                        HookResponse.Kind.REFUSED, shown() + ": the base URL already ends in the path of the hook")
                : answer;
    }

    private String shown() {
        return HookUrls.shown(target.baseUrl() + BackendOperation.CHECK_MESSAGE.path());
    }

    /** Nothing is its own. */
    @Override
    public void close() {}
}
