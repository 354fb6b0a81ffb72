package io.mics.hook.local;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.mics.concurrent.Deadline;
import io.mics.hook.BackendOperation;
import io.mics.hook.BackendRequest;
import io.mics.hook.BackendTransport;
import io.mics.hook.point.HookResponse;
import io.mics.proto.hook.v1.AuthRequest;
import io.mics.proto.hook.v1.AuthResponse;
import io.mics.proto.hook.v1.CheckMessageResponse;
import io.mics.proto.hook.v1.GetGroupMembersRequest;
import io.mics.proto.hook.v1.GetGroupMembersResponse;
import io.mics.proto.hook.v1.GetOfflineMessagesResponse;
import java.util.List;
import java.util.Map;

/**
 * The playground's backend: the token {@code valid:{user}} is that user, every message is allowed, groups are those of
 * the configuration, nothing is stored. Answers on the caller's thread, at once.
 */
public final class PlaygroundHooks implements BackendTransport {
    /** The base URL that stands for this transport in a tenant's settings. */
    public static final String BASE_URL = "local:playground";

    private static final String VALID = "valid:";

    private final Map<String, List<String>> groups;

    /** A playground with these groups and their members. */
    public PlaygroundHooks(Map<String, List<String>> groups) {
        this.groups = Map.copyOf(groups);
    }

    private static final HookResponse<byte[]> ALLOWED = new HookResponse.Answered<>(
            CheckMessageResponse.newBuilder().setAllow(true).build().toByteArray());

    @Override
    public boolean immediate() {
        return true;
    }

    @Override
    public HookResponse<byte[]> call(
            BackendOperation operation, String baseUrl, BackendRequest request, Deadline deadline) {
        try {
            return operation == BackendOperation.CHECK_MESSAGE
                    ? ALLOWED
                    : new HookResponse.Answered<>(
                            answer(operation, request.get()).toByteArray());
        } catch (InvalidProtocolBufferException e) {
            return new HookResponse.Failed<>(HookResponse.Kind.UNDECODABLE, "undecodable request");
        }
    }

    private MessageLite answer(BackendOperation operation, byte[] request) throws InvalidProtocolBufferException {
        return switch (operation) {
            case AUTH -> auth(AuthRequest.parseFrom(request));
            case CHECK_MESSAGE -> throw new IllegalStateException("allowed without a look");
            case GET_GROUP_MEMBERS -> {
                String group = GetGroupMembersRequest.parseFrom(request).getGroupId();
                yield GetGroupMembersResponse.newBuilder()
                        .addAllUserIds(groups.getOrDefault(group, List.of()))
                        .build();
            }
            case GET_OFFLINE_MESSAGES ->
                GetOfflineMessagesResponse.newBuilder().setOk(true).build();
        };
    }

    private static AuthResponse auth(AuthRequest request) {
        String token = request.getToken();
        if (!token.startsWith(VALID) || token.length() == VALID.length()) {
            return AuthResponse.newBuilder()
                    .setReason("the playground's tokens are valid:{user}")
                    .build();
        }
        return AuthResponse.newBuilder()
                .setOk(true)
                .setUserId(token.substring(VALID.length()))
                .setDeviceId(request.getDeviceId())
                .build();
    }
}
