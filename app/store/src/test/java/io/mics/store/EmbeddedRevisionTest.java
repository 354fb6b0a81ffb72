package io.mics.store;

import io.mics.conversation.Conversations;
import io.mics.store.engine.Store;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRevisionTest extends RevisionContract {
    @TempDir
    static Path folder;

    private static Store store;

    @BeforeAll
    static void open() {
        store = Databases.open(Databases.embedded(folder), 0);
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @Override
    MessageWriter writer() {
        return store.writer();
    }

    @Override
    Conversations conversations() {
        return store.conversations();
    }
}
