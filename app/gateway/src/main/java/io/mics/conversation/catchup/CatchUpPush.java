package io.mics.conversation.catchup;

import io.mics.conversation.CatchUp;
import io.mics.conversation.Conversations;
import io.mics.conversation.Conversations.MissedPart;
import io.mics.conversation.GroupMembers;
import io.mics.conversation.Reply;
import io.mics.message.Sender;
import io.mics.observe.Log;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.Delivery;
import io.mics.protocol.StoredMessage;
import io.mics.timer.TimerTask;
import io.mics.timer.TimingWheel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Pushes to a device what it missed, at most {@link #MOST} messages and for at most {@link #HELD} from the beginning of
 * its connection, while its live messages wait; the rest when it comes back. A message of which it is not known whether
 * the device has it comes once more.
 */
public final class CatchUpPush implements CatchUp, AutoCloseable {
    /** Messages pushed to one connection. */
    public static final int MOST = 1_000;

    /** Live messages wait for so long at most. */
    public static final Duration HELD = Duration.ofSeconds(10);

    private static final Log LOG = Log.of(CatchUpPush.class);
    private static final int AT_A_TIME = 16;

    /** Connections that wait to be served at most; one that finds more gets the rest when it comes back. */
    private static final int MOST_WAITING = 20_000;

    private static final int MOST_CONVERSATIONS = 1_000;
    /** Between questions to a store that does not answer. */
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Conversations conversations;
    private final GroupMembers members;
    private final TimingWheel wheel;
    private final TenantTurns turns = new TenantTurns("catch-up", AT_A_TIME, MOST_WAITING);
    private final CursorWriter cursors;

    private CatchUpPush(Conversations conversations, GroupMembers members, TimingWheel wheel) {
        this.conversations = conversations;
        this.members = members;
        this.wheel = wheel;
        this.cursors = new CursorWriter(conversations);
    }

    /** Begins to note what devices are given. */
    public static CatchUpPush start(Conversations conversations, GroupMembers members, TimingWheel wheel) {
        CatchUpPush push = new CatchUpPush(conversations, members, wheel);
        push.cursors.start();
        return push;
    }

    /** Bytes of messages that are read and not pushed yet at most, in this process. */
    public static long mostBytes() {
        return AT_A_TIME * MissedMessages.MOST_BYTES;
    }

    @Override
    public Ongoing begin(Sender sender, Device device) {
        Push push = new Push(sender, device);
        cursors.add(push.given);
        if (!turns.add(sender.tenant().id(), push::run)) {
            push.done();
        }
        return push;
    }

    /** Writes what devices were given. */
    @Override
    public void close() {
        cursors.close();
    }

    /** One connection's. */
    private final class Push implements Ongoing, MissedMessages.Taker {
        private final Sender sender;
        private final Device device;
        private final GivenDevice given;
        private final long deadline = System.nanoTime() + HELD.toNanos();
        private final TimingWheel.Timer hold;
        /** The first of two that comes leaves it to the other to forget the device: nothing is noted after that. */
        private final AtomicBoolean doneOrSyncs = new AtomicBoolean();

        private final AtomicBoolean syncs = new AtomicBoolean();
        private int pushed;

        Push(Sender sender, Device device) {
            this.sender = sender;
            this.device = device;
            this.given = GivenDevice.of(sender, device);
            this.hold = wheel.schedule(
                    now -> {
                        device.endMissed();
                        return TimerTask.NEVER;
                    },
                    HELD.toNanos());
        }

        @Override
        public void syncs() {
            if (syncs.compareAndSet(false, true)) {
                device.progress().end();
                endHold();
                if (!doneOrSyncs.compareAndSet(false, true)) {
                    cursors.forget(given);
                }
            }
        }

        @Override
        public void end() {
            hold.cancel();
            if (!syncs.get()) {
                cursors.ended(given);
            }
        }

        private void endHold() {
            hold.cancel();
            device.endMissed();
        }

        private boolean isWanted() {
            return pushed < MOST && device.progress().isPushing() && device.isOpen();
        }

        void run() {
            try {
                push();
            } catch (InterruptedException e) {
                LOG.debug("catch_up_ended", "tenant", given.tenant());
            } finally {
                done();
            }
        }

        /** Nothing is pushed any more. */
        private void done() {
            endHold();
            if (!doneOrSyncs.compareAndSet(false, true)) {
                cursors.forget(given);
            }
        }

        private void push() throws InterruptedException {
            cursors.awaitEarlier(given);
            List<MissedPart> missed = missed();
            if (missed.isEmpty()) {
                return;
            }
            new MissedMessages(conversations, given.reader(), readable(missed)).each(MOST, this::isWanted, this);
            LOG.debug("caught_up", "tenant", given.tenant(), "user", given.user(), "pushed", pushed);
        }

        private List<MissedPart> missed() throws InterruptedException {
            // one that has gone already is known from now on, too
            while (!syncs.get()) {
                switch (conversations.missed(given.reader(), given.device(), MOST_CONVERSATIONS)) {
                    case Reply.Ok<Conversations.Missed> ok -> {
                        return ok.value().parts();
                    }
                    case Reply.NotFound<Conversations.Missed> none -> {
                        return List.of();
                    }
                    case Reply.Refused<Conversations.Missed> refused -> {
                        return List.of();
                    }
                    case Reply.Unavailable<Conversations.Missed> away -> {
                        if (!isWanted()) {
                            return List.of();
                        }
                        Thread.sleep(PAUSE);
                    }
                }
            }
            return List.of();
        }

        /** Those that the user may read now, whoever says who is in a group. */
        private List<MissedPart> readable(List<MissedPart> missed) throws InterruptedException {
            List<MissedPart> readable = new ArrayList<>(missed.size());
            for (MissedPart part : missed) {
                if (!isWanted()) {
                    return readable; // a backend may take its time for each of many groups
                }
                if (!(part.conversation() instanceof ConversationRef.Group group) || isIn(group)) {
                    readable.add(part);
                }
            }
            return readable;
        }

        private boolean isIn(ConversationRef.Group group) throws InterruptedException {
            return members.contains(sender.tenant(), group, given.user(), sender.traceId(), () -> {})
                            instanceof GroupMembers.Membership.Known known
                    && known.member();
        }

        @Override
        public void nothing(MissedPart part, long fromSeq, long toSeq) {
            given.progress().given(part.conversation().id(), fromSeq, toSeq);
        }

        /** What is recalled, and what the device sent itself, is nothing to it. */
        @Override
        public boolean take(StoredMessage message) {
            if (message.isRecalled()
                    || (message.sender().equals(given.user())
                            && message.device().equals(given.device()))) {
                given.progress().given(message.conversation().id(), message.seq(), message.seq());
                return true;
            }
            Delivery delivery =
                    Delivery.stored(given.tenant(), message, Delivery.ToSendingDevice.NOTHING, sender.traceId());
            boolean taken = device.push(delivery, deadline);
            if (taken) {
                pushed++;
            }
            return taken;
        }
    }
}
