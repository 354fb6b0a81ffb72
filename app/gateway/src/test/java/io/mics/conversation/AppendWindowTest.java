package io.mics.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.protocol.ConversationFrame;
import io.mics.protocol.OutboundFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AppendWindowTest {
    private final List<OutboundFrame> sent = new ArrayList<>();
    private final AppendWindow window = new AppendWindow(sent::add);

    private static OutboundFrame ack(int number) {
        return new OutboundFrame.Pong(number);
    }

    @Test
    void acknowledgesInTheOrderOfTheMessagesWhateverTheOrderOfTheOutcomes() throws InterruptedException {
        List<AppendWindow.Entry> entries = List.of(window.next(), window.next(), window.next());

        entries.get(2).acknowledge(ack(2));
        entries.get(1).acknowledge(ack(1));
        assertThat(sent).isEmpty();

        entries.get(0).acknowledge(ack(0));
        assertThat(sent).containsExactly(ack(0), ack(1), ack(2));
    }

    @Test
    void ignoresASecondOutcome() throws InterruptedException {
        AppendWindow.Entry entry = window.next();
        entry.acknowledge(ack(1));
        entry.acknowledge(ack(2));

        AppendWindow.Entry next = window.next();
        next.acknowledge(ack(3));
        assertThat(sent).containsExactly(ack(1), ack(3));
    }

    @Test
    void noAcknowledgementAsAcceptedFollowsThatAsStored() throws InterruptedException {
        AppendWindow.Entry first = window.next();
        AppendWindow.Entry second = window.next();
        second.of("group:g", "m2");
        second.acknowledge(durable("m2", ConversationFrame.Level.ACCEPTED, 0));
        ConversationFrame.Ack stored = durable("m2", ConversationFrame.Level.PERSISTED, 7);

        assertThat(window.stored(stored)).isTrue();
        assertThat(sent).isEmpty();
        first.acknowledge(ack(1));
        assertThat(sent).containsExactly(ack(1), stored);
        // what is not in the window any more is for its device to know as it comes
        assertThat(window.stored(stored)).isFalse();
    }

    @Test
    void whatIsSaidToBeStoredAgainDoesNotOvertakeItsFirstAcknowledgement() throws InterruptedException {
        AppendWindow.Entry first = window.next();
        AppendWindow.Entry second = window.next();
        second.of("group:g", "m2");
        ConversationFrame.Ack stored = durable("m2", ConversationFrame.Level.PERSISTED, 7);
        assertThat(window.stored(stored)).isTrue();

        assertThat(window.stored(stored)).isTrue();
        first.acknowledge(ack(1));
        assertThat(sent).containsExactly(ack(1), stored);
    }

    @Test
    void aRefusalIsNotTakenBackByAnAcknowledgement() throws InterruptedException {
        AppendWindow.Entry first = window.next();
        AppendWindow.Entry second = window.next();
        second.of("group:g", "m2");
        second.acknowledge(ack(2));

        assertThat(window.stored(durable("m2", ConversationFrame.Level.PERSISTED, 7)))
                .isFalse();
        first.acknowledge(ack(1));
        assertThat(sent).containsExactly(ack(1), ack(2));
    }

    private static ConversationFrame.Ack durable(String name, ConversationFrame.Level level, long seq) {
        return new ConversationFrame.Ack(name, "group:g", level, seq, seq, false, 1);
    }

    @Test
    void holdsTheReaderWhileItIsFull() throws InterruptedException {
        List<AppendWindow.Entry> entries = fill();
        assertThat(window.isFull()).isTrue();

        CountDownLatch entered = new CountDownLatch(1);
        Thread reader = Thread.ofVirtual().start(() -> enter(entered));
        awaitWaiting(reader);
        // a later one that is done makes no room: the first holds its place
        entries.get(5).acknowledge(ack(5));
        assertThat(entered.getCount()).isEqualTo(1);

        entries.get(0).acknowledge(ack(0));
        assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void letsTheReaderGoAndSaysNothingMoreWhenTheConnectionEnds() throws InterruptedException {
        List<AppendWindow.Entry> entries = fill();
        CountDownLatch entered = new CountDownLatch(1);
        Thread reader = Thread.ofVirtual().start(() -> enter(entered));
        awaitWaiting(reader);

        window.close();

        assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
        entries.forEach(entry -> entry.acknowledge(ack(1)));
        assertThat(sent).isEmpty();
    }

    private List<AppendWindow.Entry> fill() throws InterruptedException {
        List<AppendWindow.Entry> entries = new ArrayList<>();
        for (int i = 0; i < AppendWindow.MOST; i++) {
            entries.add(window.next());
        }
        return entries;
    }

    private void enter(CountDownLatch entered) {
        try {
            var unused = window.next();
            entered.countDown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitWaiting(Thread thread) throws InterruptedException {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.sleep(Duration.ofMillis(1));
        }
    }
}
