package io.mics.sdk.plugin.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BlockedWordsTest {
    private static HookResult handle(String words, MessageDraft draft) {
        HookContext context = new HookContext(
                "t1", "", "", "single", "text", "u1", "", "", "", 1, Instant.now(), Map.of(), Map.of("words", words));
        return new BlockedWords().handle(context, draft);
    }

    private static MessageDraft draft(String text) {
        return new MessageDraft("", "", "", text.getBytes(StandardCharsets.UTF_8), Map.of(), Map.of());
    }

    @Test
    void stopsAMessageWithABlockedWord() {
        assertThat(handle("scam, Spam", draft("buy SPAM now"))).isEqualTo(new HookResult.Stop(1001, "blocked word"));
    }

    @Test
    void letsEveryOtherMessagePassAsItIs() {
        MessageDraft draft = draft("hello");

        assertThat(handle("scam, spam", draft)).isEqualTo(new HookResult.Continue(draft));
        assertThat(handle(" , ", draft)).isEqualTo(new HookResult.Continue(draft));
    }
}
