package io.mics.hook.local;

import io.mics.hook.point.Acknowledged;
import io.mics.hook.point.AnswerReader;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.PostSendResultLimit;
import io.mics.sdk.plugin.Admission;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a plugin answered: it must be there, and no larger than a message may be.
 *
 * @param maxPayloadBytes bytes of a body, inclusive
 */
record PluginAnswer(@Nullable Object answer, int maxPayloadBytes, PostSendResultLimit resultLimit)
        implements AnswerReader {
    /** Bytes of a body where messages are not limited. */
    private static final int LARGEST_PAYLOAD = 100 << 20;

    /** Characters of all names and values of one map, and of a reason. */
    static final int MAX_TEXT = 64 << 10;

    /** The largest body where messages have up to {@code maxMessageBytes}; 0 is unlimited. */
    static int maxPayloadBytes(int maxMessageBytes) {
        return maxMessageBytes <= 0 ? LARGEST_PAYLOAD : maxMessageBytes;
    }

    /** The body that was {@code sent} comes back as it is where it was not changed. */
    @Override
    public HookResult verdict(MessageDraft sent) throws UnusableException {
        return switch ((HookResult) there()) {
            case HookResult.Stop stop -> checked(stop);
            case HookResult.Continue goesOn -> checked(goesOn, sent);
        };
    }

    private static HookResult checked(HookResult.Stop stop) throws UnusableException {
        if (stop.message() == null) {
            throw nonsense("stopped with null as the reason");
        }
        if (stop.message().length() > MAX_TEXT) {
            throw tooLong("a reason", stop.message().length());
        }
        return stop;
    }

    private HookResult checked(HookResult.Continue goesOn, MessageDraft sent) throws UnusableException {
        MessageDraft draft = goesOn.draft();
        if (draft == null || draft.payload() == null) {
            throw nonsense(draft == null ? "answered a draft that is null" : "answered a body that is null");
        }
        if (draft.payload().length > maxPayloadBytes) {
            throw nonsense(
                    "answered a body of " + draft.payload().length + " bytes; " + maxPayloadBytes + " are the most");
        }
        long text = size(draft.headers()) + size(draft.metadata()) + size(goesOn.tags());
        if (text > MAX_TEXT) {
            throw tooLong("headers, metadata and tags", text);
        }
        byte[] body = Arrays.equals(draft.payload(), sent.payload())
                ? sent.payload()
                : draft.payload().clone(); // the plugin may still hold it, and write to it
        return new HookResult.Continue(draft.withPayload(body), goesOn.tags());
    }

    @Override
    public Admission admission() throws UnusableException {
        Admission admission = (Admission) there();
        if (admission instanceof Admission.Deny deny) {
            if (deny.message() == null) {
                throw nonsense("denied with null as the reason");
            }
            if (deny.message().length() > MAX_TEXT) {
                throw tooLong("a reason", deny.message().length());
            }
        }
        return admission;
    }

    @Override
    public boolean permission() throws UnusableException {
        return (Boolean) there();
    }

    @Override
    @SuppressWarnings("unchecked") // the interface says so, and what is in it is read as text
    public Map<String, String> result() throws UnusableException {
        return resultLimit.limited((Map<String, String>) there());
    }

    @Override
    public Acknowledged acknowledgement() {
        return Acknowledged.ACKNOWLEDGED;
    }

    private Object there() throws UnusableException {
        if (answer == null) {
            throw nonsense("answered null");
        }
        return answer;
    }

    private static long size(Map<String, String> map) {
        long size = 0;
        for (Map.Entry<String, String> entry : map.entrySet()) {
            size += entry.getKey().length() + entry.getValue().length();
        }
        return size;
    }

    private static UnusableException tooLong(String what, long size) {
        return nonsense("answered " + what + " of " + size + " characters; " + MAX_TEXT + " are the most");
    }

    private static UnusableException nonsense(String cause) {
        return new UnusableException(HookResponse.Kind.UNDECODABLE, cause);
    }
}
