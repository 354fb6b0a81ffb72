package io.mics.hook.point;

import io.mics.sdk.plugin.Admission;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import java.util.Map;
import java.util.Objects;

/** One answer as one transport got it, to be read as the sort of answer that was asked for. */
public interface AnswerReader {
    /** The answer is none: it makes no sense, or says that the hook failed. */
    final class UnusableException extends Exception {
        private static final long serialVersionUID = 1;

        private final HookResponse.Kind kind;

        /** {@code cause} in plain words, without anything of a message. */
        public UnusableException(HookResponse.Kind kind, String cause) {
            super(cause);
            this.kind = kind;
        }

        private <A> HookResponse<A> response() {
            return new HookResponse.Failed<>(kind, Objects.requireNonNull(getMessage()));
        }
    }

    /** Whether a message may go, and as what; {@code sent} is what the hook was given. */
    HookResult verdict(MessageDraft sent) throws UnusableException;

    /** Whether a connection may go on. */
    Admission admission() throws UnusableException;

    /** Whether something may be done. */
    boolean permission() throws UnusableException;

    /** What a post-send hook wants to get back when the message is recalled. */
    Map<String, String> result() throws UnusableException;

    /** That a notification was taken. */
    Acknowledged acknowledgement() throws UnusableException;

    /** The response to {@code request} that this answer is. */
    default <A> HookResponse<A> responseTo(HookRequest<A> request) {
        try {
            return new HookResponse.Answered<>(request.answer(this));
        } catch (UnusableException e) {
            return e.response();
        }
    }
}
