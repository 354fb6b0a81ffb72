package io.mics.sdk.plugin;

import java.util.Map;

/** What a pre-send hook decided. */
public sealed interface HookResult {
    /**
     * The message may go on to the next hook.
     *
     * @param draft the message as it goes on, changed or not
     * @param tags  added to those later hooks are given
     */
    record Continue(MessageDraft draft, Map<String, String> tags) implements HookResult {
        /** Takes a copy of the tags. */
        public Continue {
            tags = Map.copyOf(tags);
        }

        /** Goes on without tags. */
        public Continue(MessageDraft draft) {
            this(draft, Map.of());
        }
    }

    /**
     * The message is refused; no later hook is asked, and the sender gets code and text.
     *
     * @param code    reaches the client unchanged; 0 is none
     * @param message reaches the client unchanged as the reason
     */
    record Stop(int code, String message) implements HookResult {}
}
