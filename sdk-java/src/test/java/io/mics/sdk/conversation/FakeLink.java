package io.mics.sdk.conversation;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.ClientFrame;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A connected client that writes to a list, and runs tasks when a test says so. */
final class FakeLink implements ConversationLink {
    final List<ClientFrame> written = new ArrayList<>();
    final Deque<Runnable> tasks = new ArrayDeque<>();
    final Deque<Runnable> later = new ArrayDeque<>();

    @Override
    public boolean write(ClientFrame frame) {
        return written.add(frame);
    }

    @Override
    public boolean onCallbackThread() {
        return false;
    }

    @Override
    public void run(Runnable task) {
        tasks.add(task);
    }

    @Override
    public void later(Duration delay, Runnable task) {
        later.add(task);
    }

    @Override
    public ByteString seal(ByteString body) {
        return body;
    }

    @Override
    public ByteString open(ByteString sealed) {
        return sealed;
    }
}
