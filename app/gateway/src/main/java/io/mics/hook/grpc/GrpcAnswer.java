package io.mics.hook.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.mics.hook.grpc.FlareContract.Notified;
import io.mics.hook.point.Acknowledged;
import io.mics.hook.point.AnswerReader;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.PostSendResultLimit;
import io.mics.sdk.plugin.Admission;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import java.util.Map;

/** The bytes that a server at {@code endpoint} answered. */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record GrpcAnswer(FlareContract contract, byte[] bytes, String endpoint, PostSendResultLimit resultLimit)
        implements AnswerReader {
    @Override
    public HookResult verdict(MessageDraft sent) throws UnusableException {
        try {
            return contract.verdict(bytes, sent);
        } catch (InvalidProtocolBufferException e) {
            throw undecodable();
        }
    }

    /** No contract has it. */
    @Override
    public Admission admission() throws UnusableException {
        throw undecodable();
    }

    @Override
    public boolean permission() throws UnusableException {
        return notified() instanceof Notified.Yes;
    }

    @Override
    public Map<String, String> result() throws UnusableException {
        return resultLimit.limited(taken().details());
    }

    @Override
    public Acknowledged acknowledgement() throws UnusableException {
        taken();
        return Acknowledged.ACKNOWLEDGED;
    }

    private Notified.Yes taken() throws UnusableException {
        return switch (notified()) {
            case Notified.Yes yes -> yes;
            case Notified.No no ->
                throw new UnusableException(
                        no.refused() ? HookResponse.Kind.REFUSED : HookResponse.Kind.ERROR,
                        endpoint + " answered success=false (" + no.code() + ")");
        };
    }

    private Notified notified() throws UnusableException {
        try {
            return contract.notified(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw undecodable();
        }
    }

    private UnusableException undecodable() {
        return new UnusableException(
                HookResponse.Kind.UNDECODABLE, "undecodable answer of " + bytes.length + " bytes from " + endpoint);
    }
}
