package io.mics.sdk.hook;

import io.mics.proto.hook.v1.AuthRequest;
import io.mics.proto.hook.v1.AuthResponse;
import io.mics.proto.hook.v1.CheckMessageRequest;
import io.mics.proto.hook.v1.CheckMessageResponse;
import io.mics.proto.hook.v1.GetGroupMembersRequest;
import io.mics.proto.hook.v1.GetGroupMembersResponse;
import io.mics.proto.hook.v1.GetOfflineMessagesRequest;
import io.mics.proto.hook.v1.GetOfflineMessagesResponse;

/**
 * A tenant's answers to the gateway's questions. Called from many threads at once, with requests whose signature was
 * checked. An exception becomes HTTP 500, which the gateway counts as a failed call.
 *
 * <p>The gateway waits 150 ms by default (1 s for {@link #auth}) and then goes on without the answer: a failed
 * {@code checkMessage} lets the message pass unless the tenant is set to deny.
 *
 * <p>A {@code meta} left out of the answer is filled with the request's.
 */
public interface HookHandler {

    /** May this token connect, and as whom? An {@code ok} answer must name a {@code user_id}. */
    AuthResponse auth(AuthRequest request) throws Exception;

    /** May this message be sent? The reason of a denial reaches the sender as the ack's reason. */
    CheckMessageResponse checkMessage(CheckMessageRequest request) throws Exception;

    /** Who is in this group? The gateway drops repeated ids and refuses more than 200 000. */
    GetGroupMembersResponse getGroupMembers(GetGroupMembersRequest request) throws Exception;

    /**
     * What did this device miss? Asked in pages of at most {@code max_messages}, up to 10 pages, and only for tenants
     * with {@code offline_use_hook_pull}. Nothing, unless overridden.
     */
    default GetOfflineMessagesResponse getOfflineMessages(GetOfflineMessagesRequest request) throws Exception {
        return GetOfflineMessagesResponse.newBuilder().setOk(true).build();
    }
}
