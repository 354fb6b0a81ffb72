package io.mics.store;

import io.mics.conversation.Conversations;
import org.junit.jupiter.api.Tag;

@Tag("engine")
class PostgresConversationsTest extends ConversationsContract {
    @Override
    MessageWriter writer() {
        return SharedPostgres.ONE.writer();
    }

    @Override
    Conversations conversations() {
        return SharedPostgres.TWO.conversations();
    }
}
