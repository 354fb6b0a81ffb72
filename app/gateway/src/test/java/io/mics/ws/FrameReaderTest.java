package io.mics.ws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.protocol.CloseCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {
    private static final int MAX = 100_000;

    /** Writes down what a reader found, a line each. */
    private static final class Found implements FrameSink {
        final List<String> lines = new ArrayList<>();

        @Override
        public void message(boolean text, byte[] data, int offset, int length) {
            lines.add((text ? "text " : "binary ") + hash(Arrays.copyOfRange(data, offset, offset + length)));
        }

        @Override
        public void tooLarge() {
            lines.add("too large");
        }

        @Override
        public void ping(byte[] payload) {
            lines.add("ping " + new String(payload, UTF_8));
        }

        @Override
        public void pong() {
            lines.add("pong");
        }

        @Override
        public void close() {
            lines.add("close");
        }

        @Override
        public void violation(CloseCode code, String reason) {
            lines.add(code + " " + reason);
        }
    }

    private static String hash(byte[] data) {
        return data.length + ":" + Arrays.hashCode(data);
    }

    private static byte[] bytes(int length) {
        byte[] data = new byte[length];
        new Random(length).nextBytes(data);
        return data;
    }

    private static List<String> read(byte[] stream, int pieceSize) {
        Found found = new Found();
        InboundBudget budget = new InboundBudget(0, tenant -> {});
        FrameReader reader = new FrameReader(MAX, () -> budget.buffer("t1", () -> {}));
        for (int at = 0; at < stream.length; at += pieceSize) {
            byte[] piece = Arrays.copyOfRange(stream, at, Math.min(at + pieceSize, stream.length));
            reader.feed(piece, 0, piece.length, found);
        }
        return found.lines;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 64, 1000, 8192, 1_000_000})
    void findsTheSameFramesHoweverTheStreamIsCut(int pieceSize) {
        byte[] stream = ClientFrames.join(
                ClientFrames.binary(bytes(0)),
                ClientFrames.binary(bytes(1)),
                ClientFrames.text("hällo".getBytes(UTF_8)),
                ClientFrames.binary(bytes(125)),
                ClientFrames.binary(bytes(126)),
                ClientFrames.binary(bytes(65_535)),
                ClientFrames.binary(bytes(65_536)),
                ClientFrames.frame(0x89, "p".getBytes(UTF_8)),
                ClientFrames.frame(0x8a, bytes(0)),
                ClientFrames.binary(bytes(MAX)),
                ClientFrames.frame(0x88, bytes(0)));

        assertThat(read(stream, pieceSize))
                .containsExactly(
                        "binary " + hash(bytes(0)),
                        "binary " + hash(bytes(1)),
                        "text " + hash("hällo".getBytes(UTF_8)),
                        "binary " + hash(bytes(125)),
                        "binary " + hash(bytes(126)),
                        "binary " + hash(bytes(65_535)),
                        "binary " + hash(bytes(65_536)),
                        "ping p",
                        "pong",
                        "binary " + hash(bytes(MAX)),
                        "close");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 1_000_000})
    void putsFragmentsTogetherWithControlFramesInBetween(int pieceSize) {
        byte[] stream = ClientFrames.join(
                ClientFrames.frame(0x01, "he".getBytes(UTF_8)),
                ClientFrames.frame(0x89, "x".getBytes(UTF_8)),
                ClientFrames.frame(0x00, "l".getBytes(UTF_8)),
                ClientFrames.frame(0x80, "lo".getBytes(UTF_8)),
                ClientFrames.binary(bytes(3)));

        assertThat(read(stream, pieceSize))
                .containsExactly("ping x", "text " + hash("hello".getBytes(UTF_8)), "binary " + hash(bytes(3)));
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 8192, 1_000_000})
    void readsOverATooLargeMessageAndGoesOn(int pieceSize) {
        byte[] stream = ClientFrames.join(
                ClientFrames.binary(bytes(MAX + 1)),
                ClientFrames.binary(bytes(5)),
                ClientFrames.frame(0x02, bytes(MAX - 10)),
                ClientFrames.frame(0x00, bytes(11)),
                ClientFrames.frame(0x89, "x".getBytes(UTF_8)),
                ClientFrames.frame(0x80, bytes(50)),
                ClientFrames.binary(bytes(6)));

        assertThat(read(stream, pieceSize))
                .containsExactly(
                        "too large", "binary " + hash(bytes(5)), "ping x", "too large", "binary " + hash(bytes(6)));
    }

    @Test
    void refusesAFrameThatAnnouncesMoreThanFourTimesTheLimit() {
        assertThat(read(ClientFrames.header(0x82, 4L * MAX + 1), 100)).containsExactly("TOO_BIG frame too large");
        assertThat(read(ClientFrames.header(0x82, 4L * MAX), 100)).isEmpty();
        assertThat(read(ClientFrames.header(0x82, -1), 100)).containsExactly("TOO_BIG frame too large");
        assertThat(read(ClientFrames.header(0x82, Long.MIN_VALUE), 100)).containsExactly("TOO_BIG frame too large");
    }

    @Test
    void refusesWhatIsNotWebSocket() {
        byte[] unmasked = {(byte) 0x82, 0x01, 0x00};
        assertThat(read(unmasked, 100)).containsExactly("PROTOCOL_ERROR frame not masked");
        assertThat(read(ClientFrames.frame(0xc2, bytes(1)), 100)).containsExactly("PROTOCOL_ERROR reserved bits set");
        assertThat(read(ClientFrames.frame(0x83, bytes(1)), 100)).containsExactly("PROTOCOL_ERROR unknown op code");
        assertThat(read(ClientFrames.frame(0x8b, bytes(1)), 100)).containsExactly("PROTOCOL_ERROR unknown op code");
        assertThat(read(ClientFrames.frame(0x89, bytes(126)), 200))
                .containsExactly("PROTOCOL_ERROR invalid control frame");
        assertThat(read(ClientFrames.frame(0x09, bytes(1)), 100))
                .containsExactly("PROTOCOL_ERROR invalid control frame");
        assertThat(read(ClientFrames.frame(0x80, bytes(1)), 100))
                .containsExactly("PROTOCOL_ERROR unexpected continuation");
        assertThat(read(ClientFrames.frame(0x88, bytes(1)), 100)).containsExactly("PROTOCOL_ERROR invalid close frame");
        for (int code : new int[] {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000}) {
            assertThat(read(ClientFrames.frame(0x88, new byte[] {(byte) (code >> 8), (byte) code}), 100))
                    .as("close %d", code)
                    .containsExactly("PROTOCOL_ERROR invalid close frame");
        }
        for (int code : new int[] {1000, 1003, 1007, 1014, 3000, 4999}) {
            assertThat(read(ClientFrames.frame(0x88, new byte[] {(byte) (code >> 8), (byte) code}), 100))
                    .as("close %d", code)
                    .containsExactly("close");
        }
        assertThat(read(ClientFrames.frame(0x88, new byte[] {3, (byte) 0xe8, (byte) 0xff}), 100))
                .containsExactly("PROTOCOL_ERROR invalid close frame");
        byte[] startTwice = ClientFrames.join(ClientFrames.frame(0x02, bytes(1)), ClientFrames.binary(bytes(1)));
        assertThat(read(startTwice, 100)).containsExactly("PROTOCOL_ERROR unexpected continuation");
    }

    @Test
    void refusesTextThatIsNotUtf8EvenWhenCutIntoFragments() {
        byte[] broken = {(byte) 0xc3, 0x28};
        assertThat(read(ClientFrames.text(broken), 100)).containsExactly("INVALID_TEXT invalid UTF-8");
        byte[] umlaut = "ä".getBytes(UTF_8);
        byte[] split = ClientFrames.join(
                ClientFrames.frame(0x01, new byte[] {umlaut[0]}), ClientFrames.frame(0x80, new byte[] {umlaut[1]}));
        assertThat(read(split, 100)).containsExactly("text " + hash(umlaut));
    }

    @Test
    void readsNothingAfterTheEnd() {
        byte[] stream = ClientFrames.join(ClientFrames.frame(0x88, bytes(0)), ClientFrames.binary(bytes(1)));
        assertThat(read(stream, 1)).containsExactly("close");
    }
}
