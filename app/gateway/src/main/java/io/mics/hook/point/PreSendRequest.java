package io.mics.hook.point;

import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.PreSendHook;
import jakarta.json.stream.JsonGenerator;
import org.jspecify.annotations.Nullable;

/** May this message be sent, and as what? */
public record PreSendRequest(MessageDraft draft) implements HookRequest.OfMessage<HookResult> {
    @Override
    public HookPoint point() {
        return HookPoint.PRE_SEND;
    }

    @Override
    public void write(JsonGenerator json, HookContext context) {
        JsonFields.draft(json, draft);
    }

    @Override
    public PreSendRequest copy() {
        return new PreSendRequest(draft.withPayload(draft.payload().clone()));
    }

    @Override
    public @Nullable Object callPlugin(Object plugin, HookContext context) throws Exception {
        return ((PreSendHook) plugin).handle(context, draft);
    }

    @Override
    public HookResult answer(AnswerReader reader) throws AnswerReader.UnusableException {
        return reader.verdict(draft);
    }

    @Override
    public int bodyBytes() {
        return draft.payload().length;
    }
}
