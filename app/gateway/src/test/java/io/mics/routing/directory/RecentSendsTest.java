package io.mics.routing.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.node.v1.SentMessage;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RecentSendsTest {
    private final RecentSends here = new RecentSends();

    private static void send(RecentSends on, String id, long content) {
        on.begun(1, id, content, System.nanoTime(), 77);
        on.ended(id, content, true, false);
    }

    private static List<String> ids(RecentSends of) {
        return of.toList().stream().map(SentMessage::getMsgId).toList();
    }

    @Test
    void passesOnWhatItInherited() {
        send(here, "1", 10);
        RecentSends second = new RecentSends();
        second.inherit(here.toList());
        send(second, "2", 20);
        RecentSends third = new RecentSends();
        third.inherit(second.toList());
        assertThat(ids(third)).containsExactly("1", "2");
        assertThat(third.toList())
                .allSatisfy(message -> assertThat(message.getAttempt()).isZero());
        here.inherit(third.toList());
        assertThat(ids(here)).as("each once").containsExactly("1", "2");
    }

    @Test
    void keepsTheAgeOfWhatItInherited() {
        here.begun(1, "1", 10, System.nanoTime() - TimeUnit.SECONDS.toNanos(30), 77);
        here.ended("1", 10, true, false);
        RecentSends second = new RecentSends();
        second.inherit(here.toList());
        assertThat(second.toList().getFirst().getAgeMs()).isGreaterThanOrEqualTo(30_000);
    }

    @Test
    void passesOnAnAttemptWhoseOutcomeIsNotKnownUnderItsIdentity() {
        here.begun(1, "1", 10, System.nanoTime(), 77);
        RecentSends second = new RecentSends();
        second.inherit(here.toList());
        assertThat(second.toList()).extracting(SentMessage::getAttempt).containsExactly(77L);
        // a resend there fails too; the first attempt may have gone well all the same
        second.begun(1, "1", 10, System.nanoTime(), 77);
        second.ended("1", 10, false, true);
        assertThat(second.toList())
                .isNotEmpty()
                .allSatisfy(message -> assertThat(message.getAttempt()).isEqualTo(77));
    }

    @Test
    void nothingIsBegunByAConnectionWhoseSendsAnotherNodeHasTakenOver() {
        send(here, "1", 10);
        assertThat(here.takeOver(1)).extracting(SentMessage::getMsgId).containsExactly("1");
        assertThat(here.begun(1, "2", 20, System.nanoTime(), 78)).isFalse();
        assertThat(ids(here)).containsExactly("1");
        // an older connection may end later, and its device may be back
        here.takeOver(0);
        assertThat(here.begun(1, "2", 20, System.nanoTime(), 78)).isFalse();
        assertThat(here.begun(2, "2", 20, System.nanoTime(), 78)).isTrue();
        assertThat(ids(here)).containsExactly("1", "2");
    }

    @Test
    void forgetsWhatFailedAndTheOldestFirst() {
        here.begun(1, "failed", 1, System.nanoTime(), 77);
        here.ended("failed", 1, false, false);
        assertThat(here.isEmpty()).isTrue();
        for (int i = 0; i < 200; i++) {
            send(here, "m" + i, i);
        }
        assertThat(ids(here)).hasSize(128).startsWith("m72").endsWith("m199");
    }
}
