package io.mics.ws;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What a peer sends before it is decided whether it gets a session. Its reader reads on meanwhile, for only so it is
 * seen when the peer leaves; whoever decides handles what was buffered and then hands the input over to the reader.
 * Holds 16 KiB and what one read brings.
 */
final class EarlyInput {
    private static final int MOST_BYTES = 16 * 1024;

    /** Who has no session yet, or gets none, shares what one tenant may hold. */
    private static final String NO_TENANT = "";

    /** Its monitor guards the hand-over. */
    private final Queue<byte[]> pieces = new ArrayDeque<>(0);

    private @Nullable FrameReader frames;
    private final AwaitClose close = new AwaitClose();
    private int bytes;
    private boolean handedOver;

    EarlyInput(int maxFrameBytes, InboundBudget inbound) {
        frames = new FrameReader(maxFrameBytes, () -> inbound.buffer(NO_TENANT, () -> {}));
    }

    /** Buffers a piece; false once the input is the reader's, which then handles the piece itself. */
    boolean buffer(byte[] piece) {
        synchronized (pieces) {
            if (handedOver) {
                return false;
            }
            pieces.add(piece);
            bytes += piece.length;
            inspect(piece);
            return true;
        }
    }

    /** Looks for a close frame in a piece, which is not changed. */
    void inspect(byte[] piece) {
        FrameReader looking = frames;
        if (looking != null) {
            // the frame reader unmasks in place
            byte[] copy = piece.clone();
            looking.feed(copy, 0, copy.length, close);
        }
    }

    /** Whether the peer sent a close frame. */
    boolean isClosed() {
        return close.closed();
    }

    /** Whether what came last ends the connection: a close frame, or a violation. */
    boolean isOver() {
        return close.seen();
    }

    /** Whether no more may be buffered. */
    boolean isFull() {
        return bytes >= MOST_BYTES;
    }

    /** The oldest piece buffered; when there is none, the input is the reader's from now on. */
    byte @Nullable [] take() {
        synchronized (pieces) {
            byte[] oldest = pieces.poll();
            if (oldest == null) {
                handedOver = true;
                close();
            }
            return oldest;
        }
    }

    /** Looks at nothing more. */
    void close() {
        FrameReader looking = frames;
        frames = null;
        if (looking != null) {
            looking.close();
        }
    }

    /** There will be no session: what comes from now on is only looked at. */
    void refuse() {
        synchronized (pieces) {
            pieces.clear();
            handedOver = true;
        }
    }
}
