package io.mics.sdk.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.message.v1.MessageDelivery;
import io.mics.proto.message.v1.ServerFrame;
import io.mics.proto.message.v1.UserTyping;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ConnectionTest {
    private final AtomicInteger frames = new AtomicInteger();
    private final FakeSocket socket = new FakeSocket();
    private final Connection connection = new Connection(new Connection.Owner() {
        @Override
        public void frame(Connection from, ServerFrame frame) {
            frames.incrementAndGet();
        }

        @Override
        public void ended(Connection from, int code, String reason) {
            throw new AssertionError(code + " " + reason);
        }
    });

    /** Counts what is asked of it. */
    private static final class FakeSocket implements WebSocket {
        private long requested;

        @Override
        public CompletableFuture<WebSocket> sendText(CharSequence data, boolean last) {
            return CompletableFuture.completedFuture(this);
        }

        @Override
        public CompletableFuture<WebSocket> sendBinary(ByteBuffer data, boolean last) {
            return CompletableFuture.completedFuture(this);
        }

        @Override
        public CompletableFuture<WebSocket> sendPing(ByteBuffer message) {
            return CompletableFuture.completedFuture(this);
        }

        @Override
        public CompletableFuture<WebSocket> sendPong(ByteBuffer message) {
            return CompletableFuture.completedFuture(this);
        }

        @Override
        public CompletableFuture<WebSocket> sendClose(int statusCode, String reason) {
            return CompletableFuture.completedFuture(this);
        }

        @Override
        public void request(long n) {
            requested += n;
        }

        @Override
        public String getSubprotocol() {
            return "";
        }

        @Override
        public boolean isOutputClosed() {
            return false;
        }

        @Override
        public boolean isInputClosed() {
            return false;
        }

        @Override
        public void abort() {
            // there is nothing to abort
        }
    }

    @Test
    void noFrameOfAnyKindIsReadBeyondThoseNotConsumed() {
        connection.onOpen(socket);
        assertThat(socket.requested).isEqualTo(256);
        List<ServerFrame> kinds = List.of(
                ServerFrame.newBuilder()
                        .setTyping(UserTyping.getDefaultInstance())
                        .build(),
                ServerFrame.newBuilder()
                        .setDelivery(MessageDelivery.getDefaultInstance())
                        .build());
        for (int i = 0; i < 256; i++) {
            connection.onBinary(socket, ByteBuffer.wrap(kinds.get(i % 2).toByteArray()), true);
        }
        assertThat(frames).hasValue(256);
        assertThat(socket.requested).as("all are with the owner").isEqualTo(256);
        assertThat(connection.silentNanos())
                .as("the owner is slow, not the gateway")
                .isZero();
        for (int i = 1; i <= 256; i++) {
            connection.consumed();
            assertThat(socket.requested).isEqualTo(256 + i);
        }
    }
}
