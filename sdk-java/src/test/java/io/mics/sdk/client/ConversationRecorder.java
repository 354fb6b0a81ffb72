package io.mics.sdk.client;

import com.google.protobuf.ByteString;
import io.mics.sdk.conversation.ConversationListener;
import io.mics.sdk.conversation.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Remembers what a client's conversations told it. */
final class ConversationRecorder implements ConversationListener {
    final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    @Override
    public void onMessage(Message message) {
        messages.add(message);
    }

    @Override
    public void onUnreadable(Message message) {
        events.add("unreadable " + message.seq());
    }

    @Override
    public void onRecalled(String conversation, long seq, long messageId, String operator) {
        events.add("recalled " + seq + " " + operator);
    }

    @Override
    public void onEdited(String conversation, long seq, long messageId, ByteString body, int version) {
        events.add("edited " + seq + " " + body.toStringUtf8() + " " + version);
    }

    @Override
    public void onRead(String conversation, String user, long seq) {
        events.add("read " + user + " " + seq);
    }

    @Override
    public void onTyping(String conversation, String user) {
        events.add("typing " + user);
    }

    @Override
    public void onUnread(String conversation, long unread, long lastSeq) {
        events.add("unread " + unread + " " + lastSeq);
    }

    @Override
    public void onCaughtUp() {
        events.add("caught up");
    }

    @Override
    public void onRefused(String what, String conversation, int code, String reason) {
        events.add("refused " + what + " " + conversation + " " + code);
    }

    Message message() throws InterruptedException {
        return within10s(messages);
    }

    /** The next messages, as many, as {@code conversation/seq}. */
    List<String> next(int count) throws InterruptedException {
        List<String> next = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Message message = message();
            next.add(message.conversation() + "/" + message.seq());
        }
        return next;
    }

    String event() throws InterruptedException {
        return within10s(events);
    }

    private static <T> T within10s(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(10, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing within 10 s");
        }
        return next;
    }
}
