package io.mics.readme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mics.readme.Readme.Example;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** README's "Durable conversations" on one machine: a message that is there after a restart. */
@Timeout(600)
@Tag("engine")
class ReadmeDurableTest {
    @TempDir
    private Path folder;

    private static Example sh(String containing) {
        return Readme.example("sh", containing);
    }

    @Test
    void aMessageIsThereAfterARestart() throws Exception {
        assumeTrue(Newcomer.has("curl"), "curl is not on this machine");
        try (Newcomer newcomer = new Newcomer(folder, Map.of())) {
            newcomer.patient();
            newcomer.follow(sh("cp -r config my-config"));
            newcomer.start(sh("HOOK_GROUP_MEMBERS"));
            newcomer.awaitPort("8081");
            Path log = newcomer.start(sh("# the server"));
            newcomer.awaitPort("8080");
            newcomer.follow(sh("cat >my-config/tenants.yaml"));
            newcomer.awaitText(log, "tenants_reloaded");

            newcomer.follow(sh("cat >>my-config/tenants.yaml"));
            restart(newcomer);
            newcomer.follow(sh("/internal/conversations"));
            newcomer.follow(sh("this is kept"));
            restart(newcomer);
            newcomer.follow(sh("CountDownLatch"));

            assertThat(folder.resolve("data")).isDirectoryContaining("glob:**mics.db");
            assertThat(newcomer.changedFiles()).as("what git sees").isEmpty();
        }
    }

    private static void restart(Newcomer newcomer) throws Exception {
        newcomer.end();
        Path log = newcomer.start(sh("# the server"));
        newcomer.awaitText(log, "ready");
    }
}
