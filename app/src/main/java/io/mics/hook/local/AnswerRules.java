package io.mics.hook.local;

import io.mics.hook.point.PostSendResultLimit;
import io.mics.hook.point.HookResponse;
import io.mics.sdk.plugin.Admission;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a plugin's answer must be like: there, and no larger than a message may be.
 *
 * @param maxPayloadBytes bytes of a body, inclusive
 */
record AnswerRules(int maxPayloadBytes) {
    /** Bytes of a body where messages are not limited. */
    static final int LARGEST_PAYLOAD = 100 << 20;

    /** Characters of all names and values of one map, and of a reason. */
    static final int MAX_TEXT = 64 << 10;

    static AnswerRules ofMessages(int maxMessageBytes) {
        return new AnswerRules(maxMessageBytes <= 0 ? LARGEST_PAYLOAD : maxMessageBytes);
    }

    /** Judges a pre-send answer; the body that was {@code given} comes back as it is where it was not changed. */
    HookResponse<HookResult> check(@Nullable HookResult answer, MessageDraft given) {
        return switch (answer) {
            case null -> nonsense("answered null");
            case HookResult.Stop stop -> check(stop);
            case HookResult.Continue goesOn -> check(goesOn, given);
        };
    }

    private static HookResponse<HookResult> check(HookResult.Stop stop) {
        if (stop.message() == null) {
            return nonsense("stopped with null as the reason");
        }
        return stop.message().length() > MAX_TEXT
                ? tooLong("a reason", stop.message().length())
                : answered(stop);
    }

    private HookResponse<HookResult> check(HookResult.Continue answer, MessageDraft given) {
        MessageDraft draft = answer.draft();
        if (draft == null || draft.payload() == null) {
            return nonsense(draft == null ? "answered a draft that is null" : "answered a body that is null");
        }
        if (draft.payload().length > maxPayloadBytes) {
            return nonsense(
                    "answered a body of " + draft.payload().length + " bytes; " + maxPayloadBytes + " are the most");
        }
        long text = size(draft.headers()) + size(draft.metadata()) + size(answer.tags());
        if (text > MAX_TEXT) {
            return tooLong("headers, metadata and tags", text);
        }
        byte[] body = Arrays.equals(draft.payload(), given.payload())
                ? given.payload()
                : draft.payload().clone(); // the plugin may still hold it, and write to it
        return answered(new HookResult.Continue(draft.withPayload(body), answer.tags()));
    }

    /** Judges what a post-send hook wants to be handed back. */
    static HookResponse<Map<String, String>> check(@Nullable Map<String, String> answer, PostSendResultLimit resultLimit) {
        return answer == null ? nonsense("answered null") : new HookResponse.Answered<>(resultLimit.limited(answer));
    }

    /** Judges what an entry or a login hook decided. */
    static HookResponse<Admission> check(@Nullable Admission answer) {
        return switch (answer) {
            case null -> nonsense("answered null");
            case Admission.Allow allow -> new HookResponse.Answered<>(allow);
            case Admission.Deny deny ->
                deny.message() == null
                        ? nonsense("denied with null as the reason")
                        : deny.message().length() > MAX_TEXT
                                ? tooLong("a reason", deny.message().length())
                                : new HookResponse.Answered<>(deny);
        };
    }

    private static long size(Map<String, String> map) {
        long size = 0;
        for (Map.Entry<String, String> entry : map.entrySet()) {
            size += entry.getKey().length() + entry.getValue().length();
        }
        return size;
    }

    private static HookResponse<HookResult> answered(HookResult result) {
        return new HookResponse.Answered<>(result);
    }

    private static <A> HookResponse<A> tooLong(String what, long size) {
        return nonsense("answered " + what + " of " + size + " characters; " + MAX_TEXT + " are the most");
    }

    private static <A> HookResponse<A> nonsense(String cause) {
        return new HookResponse.Failed<>(HookResponse.Kind.UNDECODABLE, cause);
    }
}
