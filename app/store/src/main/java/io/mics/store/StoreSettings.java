package io.mics.store;

import io.mics.config.EnvironmentName;
import io.mics.config.Section;
import io.mics.config.SettingsReading;
import io.mics.config.SettingsSection;
import java.util.Optional;

/**
 * The database of durable conversations.
 *
 * @param url           where PostgreSQL is; empty keeps conversations in a file in {@code folder}
 * @param user          of the login; empty takes the one of {@code url}
 * @param password      of the login; empty takes the one of {@code url}
 * @param poolSize      connections to PostgreSQL; for storing messages a third of them with Kafka, one without
 * @param folder        of the file, and of what the embedded database unpacks
 * @param queueMessages messages that wait for being stored where the database is the log
 * @param queueBytes    bytes of them
 */
public record StoreSettings(
        String url, String user, String password, int poolSize, String folder, int queueMessages, long queueBytes) {
    public static final SettingsSection<StoreSettings> SECTION = SettingsSection.of(
            StoreSettings.class,
            "store",
            StoreSettings::read,
            EnvironmentName.text("DATABASE_URL", "store.url"),
            EnvironmentName.text("DATABASE_USER", "store.user"),
            EnvironmentName.text("DATABASE_PASSWORD", "store.password"),
            EnvironmentName.text("STORE_FOLDER", "store.folder"));

    private static final String DEFAULT_FOLDER = "data";

    private static StoreSettings read(Section s, SettingsReading reading) {
        String url = s.string(
                "url",
                "",
                text -> text.isEmpty() || DatabaseAddress.parse(text).isPresent(),
                "is not an address of PostgreSQL such as postgres://user:password@host:5432/database");
        String folder = s.string("folder", DEFAULT_FOLDER);
        return new StoreSettings(
                url,
                s.string("user", ""),
                s.string("password", ""),
                s.integer("pool-size", 12, 3, 1_000),
                folder.isEmpty() ? DEFAULT_FOLDER : folder,
                s.integer("queue-messages", 10_000, 1, 10_000_000),
                s.bytes("queue-bytes", Math.max(1, reading.heap() * 2 / 100), 1, Long.MAX_VALUE, reading.heap()));
    }

    /** Where PostgreSQL is, with the login that holds; empty when conversations are in a file. */
    public Optional<DatabaseAddress> address() {
        return DatabaseAddress.parse(url)
                .map(address -> new DatabaseAddress(
                        address.jdbcUrl(),
                        user.isEmpty() ? address.user() : user,
                        password.isEmpty() ? address.password() : password));
    }

    /** Secrets never reach a log. */
    @Override
    public String toString() {
        return "StoreSettings[url="
                + DatabaseAddress.parse(url).map(DatabaseAddress::shown).orElse("") + ", user=" + user
                + ", password=***, poolSize=" + poolSize + ", folder=" + folder + "]";
    }
}
