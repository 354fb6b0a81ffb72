package io.mics.conversation;

import io.mics.protocol.ConversationFrame;
import io.mics.protocol.OutboundFrame;
import io.mics.timer.TimerTask;
import io.mics.timer.TimingWheel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one connection that are on their way into the log: at most {@value #MOST}, and their
 * acknowledgements go out in the order in which the messages came. A full window holds the connection's reader, so
 * that its socket pushes back.
 */
public final class AppendWindow {
    /** Messages of one connection in flight. */
    public static final int MOST = 64;

    private final Consumer<OutboundFrame> device;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Deque<Entry> entries = new ArrayDeque<>();
    private boolean closed;

    /** A window whose acknowledgements go to {@code device}, which must take them without blocking. */
    public AppendWindow(Consumer<OutboundFrame> device) {
        this.device = device;
    }

    /** One message's place in the order of acknowledgements. */
    final class Entry {
        private @Nullable OutboundFrame ack;
        private String conversation = "";
        private String name = "";
        private TimingWheel.@Nullable Timer doubt;

        private Entry() {}

        /** Which message it is, for {@link #stored}. */
        void of(String ofConversation, String clientMsgId) {
            lock.lock();
            try {
                conversation = ofConversation;
                name = clientMsgId;
            } finally {
                lock.unlock();
            }
        }

        /** Acknowledges with {@code otherwise} when nothing else has by then. */
        void acknowledgeAfter(TimingWheel wheel, long nanos, Supplier<OutboundFrame> otherwise) {
            TimingWheel.Timer timer = wheel.schedule(
                    now -> {
                        acknowledge(otherwise.get());
                        return TimerTask.NEVER;
                    },
                    nanos);
            lock.lock();
            try {
                if (ack == null) {
                    doubt = timer;
                    return;
                }
            } finally {
                lock.unlock();
            }
            timer.cancel();
        }

        private boolean is(ConversationFrame.Ack other) {
            return name.equals(other.clientMsgId()) && conversation.equals(other.conversation());
        }

        /** Whether it is not acknowledged yet, or only as accepted; under the lock. */
        private boolean mayBecome() {
            return ack == null || isAcknowledged(ConversationFrame.Level.ACCEPTED);
        }

        /** Whether an acknowledgement of a level waits; under the lock. */
        private boolean isAcknowledged(ConversationFrame.Level level) {
            return ack instanceof ConversationFrame.Ack known && known.level() == level;
        }

        /** The message's acknowledgement; it goes out after those of all messages before. A second one is ignored. */
        void acknowledge(OutboundFrame frame) {
            lock.lock();
            try {
                if (ack == null) {
                    ack = frame;
                    if (doubt != null) {
                        doubt.cancel();
                    }
                    release();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** Takes the next place; waits while the window is full. */
    Entry next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (entries.size() >= MOST && !closed) {
                room.await();
            }
            Entry entry = new Entry();
            entries.add(entry);
            return entry;
        } finally {
            lock.unlock();
        }
    }

    /**
     * A message was stored. Its acknowledgement that waits in the window, whatever for, is now this one: so that none
     * of the level accepted follows it. What is read from the log again says so again: while the first time waits
     * behind earlier messages, the second must not overtake it. Says whether there was one.
     */
    boolean stored(ConversationFrame.Ack ack) {
        lock.lock();
        try {
            for (Entry entry : entries) {
                if (entry.is(ack) && entry.mayBecome()) {
                    entry.ack = null;
                    entry.acknowledge(ack);
                    return true;
                }
                if (entry.is(ack) && entry.isAcknowledged(ConversationFrame.Level.PERSISTED)) {
                    return true;
                }
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the next message would have to wait. */
    boolean isFull() {
        lock.lock();
        try {
            return entries.size() >= MOST && !closed;
        } finally {
            lock.unlock();
        }
    }

    /** Queues what is acknowledged up to the first that is not; the device's queue is in memory. */
    private void release() {
        for (Entry first = entries.peek(); first != null && first.ack != null; first = entries.peek()) {
            OutboundFrame frame = first.ack;
            entries.remove();
            if (frame != null && !closed) {
                device.accept(frame);
            }
            room.signal();
        }
    }

    /** The connection has ended: nobody waits, and nothing more is acknowledged. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            for (Entry entry : entries) {
                if (entry.doubt != null) {
                    entry.doubt.cancel();
                }
            }
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
