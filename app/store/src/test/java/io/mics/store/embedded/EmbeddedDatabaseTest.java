package io.mics.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mics.store.embedded.EmbeddedDatabase.FolderRefusedException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDatabaseTest {
    @TempDir
    Path folder;

    @Test
    void aRollbackThatFailsDoesNotHideWhyItWasNeeded() throws FolderRefusedException {
        SQLException cause = new SQLException("planted");
        try (EmbeddedDatabase database = EmbeddedDatabase.open(folder)) {
            assertThatThrownBy(() -> database.write(connection -> {
                        connection.close(); // nothing can be rolled back there
                        throw cause;
                    }))
                    .isSameAs(cause)
                    .satisfies(failed -> assertThat(failed.getSuppressed()).hasSize(1));
        }
    }
}
