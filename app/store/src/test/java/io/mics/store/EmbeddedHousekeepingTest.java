package io.mics.store;

import io.mics.store.engine.Store;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedHousekeepingTest extends HousekeepingContract {
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
    Store store() {
        return store;
    }
}
