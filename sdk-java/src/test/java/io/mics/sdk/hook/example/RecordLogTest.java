package io.mics.sdk.hook.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordLogTest {
    @TempDir
    Path folder = Path.of("");

    private Path file = folder;

    @BeforeEach
    void inTheFolder() {
        file = folder.resolve("log");
    }

    @Test
    void replaysWhatWasAppendedAndReadsItAgain() throws Exception {
        write("a", "bb", "ccc");
        List<Long> positions = new ArrayList<>();
        try (RecordLog log = new RecordLog(file, (position, payload) -> positions.add(position))) {
            assertThat(positions).containsExactly(0L, 9L, 19L);
            assertThat(log.read(9)).asString().isEqualTo("bb");
            assertThat(log.append(bytes("dddd"))).isEqualTo(30);
            assertThat(log.read(30)).asString().isEqualTo("dddd");
            assertThat(log.size()).isEqualTo(Files.size(file));
        }
    }

    @Test
    void cutsOffAnUnfinishedRecordWhereverItEnds() throws Exception {
        write("first", "second");
        byte[] whole = Files.readAllBytes(file);
        for (int kept = 13; kept < whole.length; kept++) {
            Files.write(file, Arrays.copyOf(whole, kept));
            assertThat(texts()).as("cut at %d", kept).containsExactly("first");
            assertThat(Files.size(file)).isEqualTo(13);
            write("again");
            assertThat(texts()).containsExactly("first", "again");
        }
    }

    @Test
    void cutsOffAnUnfinishedRecordOfFullLength() throws Exception {
        write("first", "second");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1]++;
        Files.write(file, bytes);
        assertThat(texts()).containsExactly("first");

        Files.write(file, new byte[100], StandardOpenOption.APPEND);
        assertThat(texts()).as("zeros, as after a loss of power").containsExactly("first");
    }

    @Test
    void refusesAFileThatIsDamagedBeforeItsEnd() throws Exception {
        write("first", "second");
        byte[] bytes = Files.readAllBytes(file);
        bytes[9]++;
        Files.write(file, bytes);

        assertThatThrownBy(this::texts).isInstanceOf(IOException.class).hasMessageEndingWith("is damaged at byte 0");
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    }

    @Test
    void replacesAllAtOnceOrNotAtAll() throws Exception {
        write("a", "b", "c");
        try (RecordLog log = new RecordLog(file, (position, payload) -> {})) {
            Iterator<String> some = List.of("b", "x").iterator();
            assertThatThrownBy(() -> log.replaceAll(() -> {
                        throw new IOException("disk full");
                    }))
                    .hasMessage("disk full");
            assertThat(log.read(9)).asString().isEqualTo("b");
            assertThat(log.replaceAll(() -> some.hasNext() ? bytes(some.next()) : null))
                    .containsExactly(0L, 9L);
            assertThat(log.read(9)).asString().isEqualTo("x");
            log.append(bytes("y"));
        }
        Files.write(folder.resolve("log.new"), ByteBuffer.allocate(3).array());
        assertThat(texts()).containsExactly("b", "x", "y");
        assertThat(folder.resolve("log.new")).doesNotExist();
    }

    private void write(String... texts) throws IOException {
        try (RecordLog log = new RecordLog(file, (position, payload) -> {})) {
            for (String text : texts) {
                log.append(bytes(text));
            }
        }
    }

    private List<String> texts() throws IOException {
        List<String> texts = new ArrayList<>();
        new RecordLog(file, (position, payload) -> texts.add(new String(payload, StandardCharsets.UTF_8))).close();
        return texts;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
