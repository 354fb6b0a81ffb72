package io.mics.hook.local;

import com.google.protobuf.MessageLite;
import io.mics.hook.HookReply;
import io.mics.hook.HookTransport;
import io.mics.proto.hook.v1.AuthRequest;
import io.mics.proto.hook.v1.AuthResponse;
import io.mics.proto.hook.v1.CheckMessageRequest;
import io.mics.proto.hook.v1.CheckMessageResponse;
import io.mics.proto.hook.v1.GetGroupMembersRequest;
import io.mics.proto.hook.v1.GetGroupMembersResponse;
import io.mics.proto.hook.v1.GetOfflineMessagesResponse;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The playground's backend: token {@code valid:{user}} is that user, everything is allowed, groups come from YAML. */
public final class PlaygroundHooks implements HookTransport {
    private static final String VALID = "valid:";
    private static final CheckMessageResponse ALLOWED =
            CheckMessageResponse.newBuilder().setAllow(true).build();

    private final Supplier<Map<String, List<String>>> groups;

    /** A backend that knows these groups. */
    public PlaygroundHooks(Supplier<Map<String, List<String>>> groups) {
        this.groups = groups;
    }

    @Override
    public <A extends MessageLite> HookReply<A> call(Call<A> call) {
        // each operation asks and answers with one type
        @SuppressWarnings("unchecked")
        A answer = (A) answer(call.request());
        return new HookReply.Answer<>(answer);
    }

    private MessageLite answer(MessageLite request) {
        return switch (request) {
            case CheckMessageRequest check -> ALLOWED;
            case AuthRequest auth -> auth(auth.getToken());
            case GetGroupMembersRequest members ->
                GetGroupMembersResponse.newBuilder()
                        .addAllUserIds(groups.get().getOrDefault(members.getGroupId(), List.of()))
                        .build();
            default -> GetOfflineMessagesResponse.newBuilder().setOk(true).build();
        };
    }

    private static AuthResponse auth(String token) {
        return token.startsWith(VALID) && token.length() > VALID.length()
                ? AuthResponse.newBuilder()
                        .setOk(true)
                        .setUserId(token.substring(VALID.length()))
                        .build()
                : AuthResponse.newBuilder()
                        .setReason("the playground takes tokens valid:{user}")
                        .build();
    }
}
