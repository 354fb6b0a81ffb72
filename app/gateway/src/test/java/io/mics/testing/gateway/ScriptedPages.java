package io.mics.testing.gateway;

import com.google.protobuf.InvalidProtocolBufferException;
import io.mics.concurrent.Deadline;
import io.mics.hook.BackendOperation;
import io.mics.hook.BackendRequest;
import io.mics.hook.BackendTransport;
import io.mics.hook.TenantBackend;
import io.mics.hook.point.HookResponse;
import io.mics.observe.Metrics;
import io.mics.proto.hook.v1.GetOfflineMessagesRequest;
import io.mics.proto.hook.v1.GetOfflineMessagesResponse;
import io.mics.proto.hook.v1.TenantRuntimeConfig;
import io.mics.proto.message.v1.MessageRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A backend that answers pulls as a test says; without a word it has nothing. */
public final class ScriptedPages implements BackendTransport {
    /** The settings of a tenant whose devices pull from here. */
    public static final TenantRuntimeConfig PULLING = TenantRuntimeConfig.newBuilder()
            .setHookBaseUrl("http://pages")
            .setOfflineUseHookPull(true)
            .setHookBreakerFailureThreshold(0)
            .build();

    /** The questions so far. */
    public final List<GetOfflineMessagesRequest> asked = new CopyOnWriteArrayList<>();

    private volatile Answers answers = request -> page("", false);

    /** What a pull gets. */
    public interface Answers {
        GetOfflineMessagesResponse answer(GetOfflineMessagesRequest request) throws InterruptedException;
    }

    /** Hooks of which every one is answered here. */
    public TenantBackend hooks(Metrics metrics) {
        return new TenantBackend(metrics, this, java.util.Map.of());
    }

    /** Answers like this from now on. */
    public void answer(Answers with) {
        answers = with;
    }

    @Override
    public HookResponse<byte[]> call(
            BackendOperation operation, String baseUrl, BackendRequest bytes, Deadline deadline)
            throws InterruptedException {
        try {
            GetOfflineMessagesRequest request = GetOfflineMessagesRequest.parseFrom(bytes.get());
            asked.add(request);
            GetOfflineMessagesResponse answer = answers.answer(request);
            if (answer.equals(garbage())) {
                return new HookResponse.Failed<>(HookResponse.Kind.UNDECODABLE, "as commanded");
            }
            return answer.equals(GetOfflineMessagesResponse.getDefaultInstance())
                    ? new HookResponse.Failed<>(HookResponse.Kind.ERROR, "as commanded")
                    : new HookResponse.Answered<>(answer.toByteArray());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    /** A failing server's answer. */
    public static GetOfflineMessagesResponse failure() {
        return GetOfflineMessagesResponse.getDefaultInstance();
    }

    /** An answer that cannot be read. */
    public static GetOfflineMessagesResponse garbage() {
        return GetOfflineMessagesResponse.newBuilder().setReason("garbage").build();
    }

    /** A page of these messages. */
    public static GetOfflineMessagesResponse page(String next, boolean more, MessageRequest... messages) {
        return GetOfflineMessagesResponse.newBuilder()
                .setOk(true)
                .addAllMessages(List.of(messages))
                .setNextCursor(next)
                .setHasMore(more)
                .build();
    }

    /** Messages to u1 of t1, named by number. */
    public static MessageRequest[] messages(int from, int to) {
        List<MessageRequest> messages = new ArrayList<>();
        for (int i = from; i < to; i++) {
            messages.add(message(Integer.toString(i)).build());
        }
        return messages.toArray(MessageRequest[]::new);
    }

    /** A message to u1 of t1. */
    public static MessageRequest.Builder message(String id) {
        return MessageRequest.newBuilder()
                .setTenantId("t1")
                .setUserId("sender")
                .setDeviceId("phone")
                .setMsgId(id)
                .setToUserId("u1")
                .setTimestampMs(1_700_000_000_000L);
    }
}
