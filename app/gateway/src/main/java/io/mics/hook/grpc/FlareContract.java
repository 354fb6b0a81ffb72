package io.mics.hook.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.mics.hook.point.DeliveryRequest;
import io.mics.hook.point.HookRequest;
import io.mics.hook.point.PostSendRequest;
import io.mics.hook.point.PreSendRequest;
import io.mics.hook.point.RecallRequest;
import io.mics.hook.policy.Target;
import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.RecallEvent;
import java.util.Map;

/**
 * One published form of {@code flare.hooks.v1}: how requests are written and answers read. All have the same service
 * and methods; what differs is field numbers. {@code attributes} are those of the call, ready to be sent.
 */
interface FlareContract {
    /** What a hook answered to a notification or a recall. */
    sealed interface Notified {
        /** It took it. */
        record Yes(Map<String, String> details) implements Notified {}

        /**
         * It did not.
         *
         * @param code    the status code by its name, in lower case and without its prefix
         * @param refused whether the hook understood and refused, rather than failed
         */
        record No(String code, boolean refused) implements Notified {}
    }

    Message preSend(HookContext context, Map<String, String> attributes, MessageDraft draft);

    Message postSend(HookContext context, Map<String, String> attributes, MessageRecord message);

    Message delivery(HookContext context, Map<String, String> attributes, DeliveryEvent delivery);

    Message recall(HookContext context, Map<String, String> attributes, RecallEvent recall);

    /** The request as this contract writes it. */
    default Message request(HookContext context, Map<String, String> attributes, HookRequest.OfMessage<?> request) {
        return switch (request) {
            case PreSendRequest asked -> preSend(context, attributes, asked.draft());
            case PostSendRequest sent -> postSend(context, attributes, sent.message());
            case DeliveryRequest delivered -> delivery(context, attributes, delivered.delivery());
            case RecallRequest<?> recalled -> recall(context, attributes, recalled.recall());
        };
    }

    /** Reads the answer to a pre-send request. */
    HookResult verdict(byte[] answer, MessageDraft sent) throws InvalidProtocolBufferException;

    /** Reads the answer to any other request. */
    Notified notified(byte[] answer) throws InvalidProtocolBufferException;

    /** The contract of a target. */
    static FlareContract of(Target.Grpc.Contract contract) {
        return switch (contract) {
            case FLARE_2025_11_11 -> new Contract20251111();
            case FLARE_2025_11_22 -> new Contract20251122();
            case FLARE_2026_03 -> new Contract202603();
        };
    }
}
