package io.mics.store;

import io.mics.store.engine.Store;
import io.mics.store.engine.StoreRefusedException;
import java.nio.file.Path;

/** Stores for tests. */
final class Databases {
    private Databases() {}

    static StoreSettings postgres(String url) {
        return new StoreSettings(url, "", "", 9, "data", 10_000, 16 << 20);
    }

    static StoreSettings embedded(Path folder) {
        return new StoreSettings("", "", "", 9, folder.toString(), 10_000, 16 << 20);
    }

    static Store open(StoreSettings settings, int node) {
        try {
            return Store.open(settings, NodePart.fixed(node));
        } catch (StoreRefusedException e) {
            throw new AssertionError(e.key() + " " + e.getMessage(), e);
        }
    }
}
