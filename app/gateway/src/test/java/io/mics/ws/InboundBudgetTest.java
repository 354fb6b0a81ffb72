package io.mics.ws;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.protocol.CloseCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class InboundBudgetTest {
    private static final int KIB = 1024;

    private final List<String> gaveWay = new ArrayList<>();
    private final InboundBudget budget = new InboundBudget(140 * KIB, gaveWay::add);

    /** A connection whose messages are counted, and which notes that it had to end. */
    private final class Client implements FrameSink {
        final FrameReader reader;
        int messages;
        int length;
        long heldWhileHandled;
        boolean ended;

        Client(String tenant) {
            reader = new FrameReader(200 * KIB, () -> budget.buffer(tenant, () -> ended = true));
        }

        /** {@code part} bytes of a message of {@code whole}, the frame's head included. */
        Client begin(int whole, int part) {
            byte[] frame = ClientFrames.binary(new byte[whole]);
            feed(Arrays.copyOf(frame, part));
            return this;
        }

        void feed(byte[] bytes) {
            for (int at = 0; at < bytes.length; at += 8 * KIB) {
                byte[] piece = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + 8 * KIB));
                reader.feed(piece, 0, piece.length, this);
            }
        }

        @Override
        public void message(boolean text, byte[] data, int offset, int size) {
            messages++;
            length = size;
            heldWhileHandled = budget.used();
        }

        @Override
        public void tooLarge() {}

        @Override
        public void ping(byte[] payload) {}

        @Override
        public void pong() {}

        @Override
        public void close() {}

        @Override
        public void violation(CloseCode code, String reason) {
            throw new AssertionError(reason);
        }
    }

    @Test
    void whatComesWholeWithOneReadTakesNothing() {
        Client client = new Client("t1");
        byte[] frames = ClientFrames.join(ClientFrames.binary(new byte[3_000]), ClientFrames.binary(new byte[10]));
        client.reader.feed(frames, 0, frames.length, client);
        assertThat(client.messages).isEqualTo(2);
        assertThat(client.heldWhileHandled).isZero();
    }

    @Test
    void followsWhatHasArrivedAndNotWhatIsAnnounced() {
        new Client("t1").begin(90 * KIB, 100);
        assertThat(budget.used()).isBetween(1L, (long) KIB);
        Client more = new Client("t1").begin(90 * KIB, 40 * KIB);
        assertThat(budget.used()).isBetween(40L * KIB, 60L * KIB);
        more.reader.close();
        assertThat(budget.used()).isLessThanOrEqualTo(KIB);
    }

    @Test
    void aMessageCountsWhileItIsHandledAndNoLonger() {
        Client client = new Client("t1");
        client.feed(ClientFrames.binary(new byte[20 * KIB]));
        assertThat(client.length).isEqualTo(20 * KIB);
        assertThat(client.heldWhileHandled).isBetween(20L * KIB, 50L * KIB);
        assertThat(budget.used()).isZero();
    }

    @Test
    void theLargestOfTheTenantThatHoldsMostIsClosed() {
        Client small = new Client("greedy").begin(90 * KIB, 20 * KIB);
        Client largest = new Client("greedy").begin(90 * KIB, 36 * KIB);
        Client modest = new Client("modest").begin(90 * KIB, 34 * KIB);
        assertThat(gaveWay).isEmpty();

        Client next = new Client("modest").begin(90 * KIB, 16 * KIB);

        assertThat(gaveWay).containsExactly("greedy");
        assertThat(largest.ended).isTrue();
        assertThat(List.of(small.ended, modest.ended, next.ended)).containsOnly(false);
        assertThat(budget.used()).isLessThanOrEqualTo(140 * KIB);
    }

    @Test
    void whoAsksIsClosedWhenItIsTheLargestItself() {
        Client other = new Client("t2").begin(150 * KIB, 16 * KIB);
        Client greedy = new Client("t1").begin(150 * KIB, 140 * KIB);
        assertThat(greedy.ended).isTrue();
        assertThat(other.ended).isFalse();
        assertThat(budget.used()).isLessThanOrEqualTo(17 * KIB);
        greedy.feed(new byte[64 * KIB]);
        assertThat(budget.used()).as("what it still says is thrown away").isLessThanOrEqualTo(17 * KIB);
    }

    @Test
    void amongEqualOnesTheOldestIsClosed() {
        Client first = new Client("t1").begin(90 * KIB, 30 * KIB);
        Client second = new Client("t1").begin(90 * KIB, 30 * KIB);
        new Client("t1").begin(90 * KIB, 30 * KIB);
        new Client("t1").begin(90 * KIB, 30 * KIB);
        new Client("t2").begin(90 * KIB, 16 * KIB);
        assertThat(first.ended).isTrue();
        assertThat(second.ended).isFalse();
    }

    @Test
    void manyUnfinishedMessagesNeverTakeMoreThanTheBudget() {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            clients.add(new Client("t" + i % 3).begin(190 * KIB, 60 * KIB));
            assertThat(budget.used()).isLessThanOrEqualTo(140 * KIB);
        }
        Client healthy = new Client("healthy");
        healthy.feed(ClientFrames.binary(new byte[10 * KIB]));
        assertThat(healthy.messages).isEqualTo(1);
        assertThat(healthy.ended).isFalse();
        clients.forEach(client -> client.reader.close());
        assertThat(budget.used()).isZero();
    }

    @Test
    void fragmentsThatOutgrowTheLimitAreLetGoAtOnce() {
        Client client = new Client("t1");
        client.feed(ClientFrames.frame(0x02, new byte[90 * KIB]));
        assertThat(budget.used()).isGreaterThanOrEqualTo(90 * KIB);
        client.feed(Arrays.copyOf(ClientFrames.frame(0x00, new byte[190 * KIB]), 20));
        assertThat(budget.used()).isZero();
    }
}
