package io.mics.loadtest.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.loadtest.history.Cast;
import io.mics.loadtest.history.MessageKey;
import io.mics.loadtest.history.Rules.Buffered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BufferedMessagesTest {
    private static final String LINE =
            "{\"ts\":\"2026\",\"level\":\"DEBUG\",\"logger\":\"OfflinePath\",\"event\":\"%s\","
                    + "\"node\":\"node-0\",\"tenant\":\"t1\",\"user\":\"u1\",\"from\":\"u0\",\"device\":\"d1\","
                    + "\"msgId\":\"%d\"}\n";

    @TempDir
    Path dir;

    @Test
    void whatWasBufferedAndNotHandedOverInTheLastLifeDied() throws IOException {
        Path log = dir.resolve("log");
        Files.writeString(
                log,
                "{\"event\":\"ready\"}\n" + LINE.formatted("message_buffered", 1)
                        + "{\"event\":\"ready\",\"node\":\"node-0\"}\n"
                        + LINE.formatted("message_buffered", 2) + "not a line of ours\n"
                        + LINE.formatted("message_buffered", 3)
                        + LINE.formatted("message_drained", 2));
        Cast cast = Cast.of(new Cast.Size(2, 3, 1, 3));
        int sender = cast.devices().stream()
                .filter(d -> d.tenant().equals("t1") && d.deviceId().equals("d1"))
                .findFirst()
                .orElseThrow()
                .number();
        assertThat(new BufferedMessages(cast).diedWith(log))
                .containsExactly(new Buffered(new MessageKey(sender, 3), 4));
    }
}
