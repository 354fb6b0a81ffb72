package io.mics.hook.http;

import com.google.protobuf.InvalidProtocolBufferException;
import io.mics.hook.point.Acknowledged;
import io.mics.hook.point.AnswerReader;
import io.mics.hook.point.HookResponse;
import io.mics.proto.hook.v1.CheckMessageResponse;
import io.mics.sdk.plugin.Admission;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import java.util.Map;

/** What {@code /check-message} at {@code url} answered: a verdict, and nothing else. */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record CheckAnswer(byte[] body, String url) implements AnswerReader {
    @Override
    public HookResult verdict(MessageDraft sent) throws UnusableException {
        try {
            CheckMessageResponse answer = CheckMessageResponse.parseFrom(body);
            return answer.getAllow() ? new HookResult.Continue(sent) : new HookResult.Stop(0, answer.getReason());
        } catch (InvalidProtocolBufferException e) {
            throw undecodable();
        }
    }

    @Override
    public Admission admission() throws UnusableException {
        throw undecodable();
    }

    @Override
    public boolean permission() throws UnusableException {
        throw undecodable();
    }

    @Override
    public Map<String, String> result() throws UnusableException {
        throw undecodable();
    }

    @Override
    public Acknowledged acknowledgement() throws UnusableException {
        throw undecodable();
    }

    private UnusableException undecodable() {
        return new UnusableException(
                HookResponse.Kind.UNDECODABLE, "undecodable answer of " + body.length + " bytes from " + url);
    }
}
