package io.mics.hook.record;

import io.mics.concurrent.Deadline;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.RecallEvent;

/** What a hook was asked, and so which of its methods was called. */
public sealed interface HookRequest {
    /** The point it was called at. */
    HookPoint point();

    /** Asks {@code client} the same; returns soon after {@code deadline} at the latest. */
    HookResponse<?> to(HookClient client, HookContext context, Deadline deadline) throws InterruptedException;

    /** Bytes of the body in it. */
    default int bodyBytes() {
        return 0;
    }

    /** May this message go? */
    record Draft(MessageDraft draft) implements HookRequest {
        @Override
        public HookPoint point() {
            return HookPoint.PRE_SEND;
        }

        @Override
        public HookResponse<?> to(HookClient client, HookContext context, Deadline deadline) throws InterruptedException {
            return client.preSend(context, draft, deadline);
        }

        @Override
        public int bodyBytes() {
            return draft.payload().length;
        }
    }

    /** This message was sent. */
    record Sent(MessageRecord message) implements HookRequest {
        @Override
        public HookPoint point() {
            return HookPoint.POST_SEND;
        }

        @Override
        public HookResponse<?> to(HookClient client, HookContext context, Deadline deadline) throws InterruptedException {
            return client.postSend(context, message, deadline);
        }

        @Override
        public int bodyBytes() {
            return message.payload().length;
        }
    }

    /** Somebody has got a message. */
    record Delivered(DeliveryEvent delivery) implements HookRequest {
        @Override
        public HookPoint point() {
            return HookPoint.DELIVERY;
        }

        @Override
        public HookResponse<?> to(HookClient client, HookContext context, Deadline deadline) throws InterruptedException {
            return client.delivery(context, delivery, deadline);
        }
    }

    /** May this message be taken back? */
    record Permission(RecallEvent recall) implements HookRequest {
        @Override
        public HookPoint point() {
            return HookPoint.RECALL;
        }

        @Override
        public HookResponse<?> to(HookClient client, HookContext context, Deadline deadline) throws InterruptedException {
            return client.permits(context, recall, deadline);
        }
    }

    /** This message was taken back. */
    record Recalled(RecallEvent recall) implements HookRequest {
        @Override
        public HookPoint point() {
            return HookPoint.RECALL;
        }

        @Override
        public HookResponse<?> to(HookClient client, HookContext context, Deadline deadline) throws InterruptedException {
            return client.recall(context, recall, deadline);
        }
    }
}
