package io.mics.sdk.plugin.example;

import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.PreSendHook;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A plugin to begin with: refuses messages that contain one of the words set for it, {@code words: "spam, scam"},
 * whatever their case.
 */
public final class BlockedWords implements PreSendHook {
    private static final int CODE = 1001;

    @Override
    public HookResult handle(HookContext context, MessageDraft draft) {
        String text = new String(draft.payload(), StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
        for (String word : context.attributes().getOrDefault("words", "").split(",", -1)) {
            String blocked = word.strip().toLowerCase(Locale.ROOT);
            if (!blocked.isEmpty() && text.contains(blocked)) {
                return new HookResult.Stop(CODE, "blocked word");
            }
        }
        return new HookResult.Continue(draft);
    }
}
