package io.mics.store;

import io.mics.store.engine.Store;
import io.mics.testing.PostgresServer;

/** One database of PostgreSQL for the tests of this process that can share one, and two nodes of it. */
final class SharedPostgres {
    static final String URL = PostgresServer.shared().newDatabase();
    static final Store ONE = Databases.open(Databases.postgres(URL), 1);
    static final Store TWO = Databases.open(Databases.postgres(URL), 2);

    private SharedPostgres() {}
}
