package io.mics.sdk.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.Conversation;
import io.mics.proto.message.v1.Conversations;
import io.mics.proto.message.v1.ServerError;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Where something may be missing anywhere, everything is listed again, whatever becomes of what is under way. */
class CatchUpRepeatTest {
    private static final int ATTEMPTS = 6;

    private final FakeLink link = new FakeLink();
    private final InMemoryMessageStore store = new InMemoryMessageStore();
    private final AtomicInteger caughtUp = new AtomicInteger();
    private final CatchUp catchUp = new CatchUp(
            link,
            store,
            new Timelines(store, message -> {}, link, 1000),
            summary -> {},
            caughtUp::incrementAndGet,
            Duration.ofSeconds(1));

    private List<String> lists() {
        return link.written.stream()
                .filter(ClientFrame::hasConversations)
                .map(frame -> frame.getConversations().getRequestId())
                .toList();
    }

    private static <T> T last(List<T> list) {
        return list.get(list.size() - 1);
    }

    private void answerList(Conversation... entries) {
        catchUp.listed(Conversations.newBuilder()
                .setRequestId(last(lists()))
                .addAllConversations(List.of(entries))
                .build());
    }

    /** As if all the time had passed that anything waits for. */
    private void passTime() {
        while (!link.later.isEmpty() || !link.tasks.isEmpty()) {
            (link.tasks.isEmpty() ? link.later : link.tasks).remove().run();
        }
    }

    @Test
    void afterAListThatNobodyAnswers() {
        catchUp.begin();
        catchUp.repeat();
        passTime();
        assertThat(lists()).hasSize(2 * ATTEMPTS).doesNotHaveDuplicates();
        assertThat(caughtUp).hasValue(0);
    }

    @Test
    void afterAConversationOfWhichNobodyAnswers() {
        catchUp.begin();
        answerList(Conversation.newBuilder()
                .setConversationId("group:g")
                .setLastSeq(3)
                .build());
        catchUp.repeat();
        for (int i = 0; i < 100 && lists().size() < 2; i++) {
            ClientFrame last = last(link.written);
            catchUp.failed(ServerError.newBuilder()
                    .setRequestId(last.getSync().getRequestId())
                    .setCode(5000)
                    .build());
            link.later.remove().run();
            while (!link.tasks.isEmpty()) {
                link.tasks.remove().run();
            }
        }
        assertThat(lists()).hasSize(2);
        answerList();
        assertThat(caughtUp).as("of what was listed again").hasValue(1);
    }

    @Test
    void afterWhatIsUnderWayIsDone() {
        catchUp.begin();
        catchUp.repeat();
        answerList();
        assertThat(caughtUp).hasValue(1);
        answerList();
        assertThat(caughtUp).hasValue(2);
        assertThat(lists()).hasSize(2);
    }

    @Test
    void notWhenTheConnectionIsGone() {
        catchUp.begin();
        catchUp.repeat();
        catchUp.end();
        passTime();
        assertThat(lists()).hasSize(1);
    }
}
