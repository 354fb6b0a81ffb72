package io.mics.hook.point;

import io.mics.sdk.plugin.Admission;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import java.util.Map;

/** The answers of a hook that is nowhere: yes to everything, unless a test says otherwise. */
public class FakeAnswers implements AnswerReader {
    /** The answer of a response, or its failure. */
    protected static <A> A answerOf(HookResponse<A> response) throws UnusableException {
        return switch (response) {
            case HookResponse.Answered<A> answered -> answered.answer();
            case HookResponse.Failed<A> failed -> throw new UnusableException(failed.kind(), failed.cause());
        };
    }

    @Override
    public HookResult verdict(MessageDraft sent) throws UnusableException {
        return new HookResult.Continue(sent);
    }

    @Override
    public Admission admission() throws UnusableException {
        return new Admission.Allow();
    }

    @Override
    public boolean permission() throws UnusableException {
        return true;
    }

    @Override
    public Map<String, String> result() throws UnusableException {
        return Map.of();
    }

    @Override
    public Acknowledged acknowledgement() throws UnusableException {
        return Acknowledged.ACKNOWLEDGED;
    }
}
