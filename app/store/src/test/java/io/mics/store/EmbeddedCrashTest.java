package io.mics.store;

import static io.mics.store.Messages.message;
import static io.mics.store.Replies.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.conversation.ConversationLog.Outcome;
import io.mics.conversation.Conversations.Page;
import io.mics.conversation.Conversations.Reader;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.StoredMessage;
import io.mics.store.engine.Store;
import io.mics.testing.Await;
import io.mics.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed while it stores into its file. */
@Tag("engine")
@Timeout(240)
class EmbeddedCrashTest {
    private static final ConversationRef AB = ConversationRef.ofUsers("a", "b");

    @TempDir
    Path folder;

    /** Appends until it is killed; prints the name of each message once it is acknowledged, with its number. */
    static final class Appender {
        private Appender() {}

        public static void main(String[] arguments) throws InterruptedException {
            Store store = Databases.open(Databases.embedded(Path.of(arguments[0])), 0);
            GroupCommitLog log = GroupCommitLog.start(
                    Databases.embedded(Path.of(arguments[0])),
                    store.writer(),
                    (m, s, d, b) -> {},
                    tenant -> Duration.ofSeconds(30));
            String run = arguments[1];
            for (int i = 0; i < 1_000_000; i++) {
                String id = run + "-" + i;
                log.append(message("t", AB, "a", id, "x"), outcome -> {
                    if (outcome instanceof Outcome.Stored stored) {
                        System.out.println("acked " + id + " " + stored.seq());
                    }
                });
            }
        }
    }

    private static List<String> acked(ServerProcess process) {
        // the last line may be half written
        String log = process.log();
        return log.substring(0, log.lastIndexOf('\n') + 1)
                .lines()
                .filter(line -> line.startsWith("acked "))
                .map(line -> line.substring("acked ".length()))
                .toList();
    }

    @Test
    void whatWasAcknowledgedOutlivesAKillOfTheProcess() throws IOException, InterruptedException {
        Path data = folder.resolve("data");
        List<String> acked = new ArrayList<>();
        for (int run = 0; run < 3; run++) {
            Path out = Files.createDirectory(folder.resolve("run" + run));
            ServerProcess process = ServerProcess.run(out, Appender.class, List.of(data.toString(), "r" + run));
            try (process) {
                Await.until("messages: " + run, () -> acked(process).size() > 200 || !process.isAlive());
                assertThat(process.isAlive()).as(process::log).isTrue();
            } // by force
            acked.addAll(acked(process));
        }
        try (Store store = Databases.open(Databases.embedded(data), 0)) {
            List<String> stored = new ArrayList<>();
            long next = 1;
            while (true) {
                Page page = ok(store.conversations().after(new Reader("t", "b"), AB, next - 1, 200));
                for (StoredMessage message : page.messages()) {
                    assertThat(message.seq()).isEqualTo(next++);
                    stored.add(message.clientMsgId() + " " + message.seq());
                }
                if (!page.hasMore()) {
                    break;
                }
            }
            assertThat(stored).containsAll(acked).doesNotHaveDuplicates();
        }
    }
}
