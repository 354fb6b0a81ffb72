package io.mics.store;

import io.mics.store.engine.Store;
import org.junit.jupiter.api.Tag;

@Tag("engine")
class PostgresHousekeepingTest extends HousekeepingContract {
    @Override
    Store store() {
        return SharedPostgres.ONE;
    }
}
