package io.mics.hook.point;

import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.RecallEvent;
import io.mics.sdk.plugin.RecallHook;
import jakarta.json.stream.JsonGenerator;

/** What a hook is asked, and then notified of, when a message is taken back; {@code attributes} say which it is. */
public sealed interface RecallRequest<A> extends HookRequest.OfMessage<A> {
    /** The recall. */
    RecallEvent recall();

    @Override
    default HookPoint point() {
        return HookPoint.RECALL;
    }

    @Override
    default void write(JsonGenerator json, HookContext context) {
        json.writeStartObject("event")
                .write("message_id", recall().messageId())
                .write("operator_id", recall().operatorId())
                .write("recalled_at", recall().recalledAt().toString());
        JsonFields.map(json, "metadata", recall().metadata());
        json.writeEnd();
    }

    /** May this message be taken back? */
    record Check(RecallEvent recall) implements RecallRequest<Boolean> {
        @Override
        public String phase() {
            return "check";
        }

        @Override
        public Object callPlugin(Object plugin, HookContext context) throws Exception {
            return ((RecallHook) plugin).permits(context, recall);
        }

        @Override
        public Boolean answer(AnswerReader reader) throws AnswerReader.UnusableException {
            return reader.permission();
        }
    }

    /** This message was taken back. */
    record Notify(RecallEvent recall) implements RecallRequest<Acknowledged> {
        @Override
        public String phase() {
            return "notify";
        }

        @Override
        public Object callPlugin(Object plugin, HookContext context) throws Exception {
            ((RecallHook) plugin).handle(context, recall);
            return Acknowledged.ACKNOWLEDGED;
        }

        @Override
        public Acknowledged answer(AnswerReader reader) throws AnswerReader.UnusableException {
            return reader.acknowledgement();
        }
    }
}
