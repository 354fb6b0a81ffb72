package io.mics.hook.webhook;

import io.mics.hook.point.Acknowledged;
import io.mics.hook.point.AnswerReader;
import io.mics.hook.point.HookResponse;
import io.mics.sdk.plugin.Admission;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import java.util.Map;

/**
 * An answer with a status of 2xx whose body did not come to its end: enough for a notification, where what comes with
 * the status need not be read, and no answer to a question.
 */
record CutAnswer(HookResponse.Kind kind, String cause) implements AnswerReader {
    @Override
    public HookResult verdict(MessageDraft sent) throws UnusableException {
        throw unusable();
    }

    @Override
    public Admission admission() throws UnusableException {
        throw unusable();
    }

    @Override
    public boolean permission() throws UnusableException {
        throw unusable();
    }

    @Override
    public Map<String, String> result() {
        return Map.of();
    }

    @Override
    public Acknowledged acknowledgement() {
        return Acknowledged.ACKNOWLEDGED;
    }

    private UnusableException unusable() {
        return new UnusableException(kind, cause);
    }
}
