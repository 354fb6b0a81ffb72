package io.mics.sdk.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private static Message message(long seq) {
        return new Message("group:g", seq, seq, "u1", "d1", "c" + seq, "", ByteString.EMPTY, 0, 0, 0, 0);
    }

    private static List<Message> messages(long... seqs) {
        return Arrays.stream(seqs).mapToObj(TimelineTest::message).toList();
    }

    private static List<Long> seqs(List<Message> messages) {
        return messages.stream().map(Message::seq).toList();
    }

    @Test
    void aMessageWaitsForTheOnesBeforeIt() {
        Timeline timeline = new Timeline(4);
        assertThat(timeline.arrived(message(7))).isEmpty();
        assertThat(timeline.arrived(message(6))).isEmpty();
        assertThat(timeline.lacks()).isTrue();
        assertThat(seqs(timeline.arrived(message(5)))).containsExactly(5L, 6L, 7L);
        assertThat(timeline.lacks()).isFalse();
    }

    @Test
    void aMessageIsShownOnce() {
        Timeline timeline = new Timeline(0);
        assertThat(seqs(timeline.arrived(message(1)))).containsExactly(1L);
        assertThat(timeline.arrived(message(1))).isEmpty();
        assertThat(timeline.page(messages(1), 1, 1, false)).isEmpty();
        timeline.arrived(message(3));
        assertThat(seqs(timeline.page(messages(1, 2, 3), 1, 3, false))).containsExactly(2L, 3L);
        assertThat(timeline.idle()).isTrue();
    }

    @Test
    void whatThePageLeavesOutIsGone() {
        Timeline timeline = new Timeline(2);
        assertThat(seqs(timeline.page(messages(5, 8), 5, 12, true))).containsExactly(5L, 8L);
        assertThat(timeline.shown()).isEqualTo(8);
        assertThat(timeline.lacks()).as("there is more").isTrue();
        assertThat(timeline.page(List.of(), 5, 12, false)).isEmpty();
        assertThat(timeline.shown()).isEqualTo(12);
        assertThat(timeline.lacks()).isFalse();
    }

    @Test
    void whatWaitsFollowsThePage() {
        Timeline timeline = new Timeline(0);
        timeline.arrived(message(4));
        timeline.arrived(message(6));
        assertThat(seqs(timeline.page(messages(1, 2, 3), 1, 3, false))).containsExactly(1L, 2L, 3L, 4L);
        assertThat(timeline.lacks()).isTrue();
    }

    @Test
    void whatWaitsIsBoundedAndTheRestIsFetched() {
        Timeline timeline = new Timeline(0);
        int many = Timeline.MAX_WAITING * 2;
        LongStream.rangeClosed(2, many).forEach(seq -> timeline.arrived(message(seq)));
        assertThat(seqs(timeline.arrived(message(1)))).hasSize(Timeline.MAX_WAITING + 1);
        assertThat(timeline.lacks()).isTrue();
        long shown = timeline.shown();
        assertThat(timeline.page(
                        LongStream.rangeClosed(shown + 1, many)
                                .mapToObj(TimelineTest::message)
                                .toList(),
                        1,
                        many,
                        false))
                .hasSize((int) (many - shown));
        assertThat(timeline.idle()).isTrue();
    }

    @Test
    void inWhateverOrderTheyComeEachIsShownOnceAndInOrder() {
        Random random = new Random(1);
        for (int round = 0; round < 500; round++) {
            int last = 1 + random.nextInt(40);
            List<Long> arriving = new ArrayList<>();
            LongStream.rangeClosed(1, last).forEach(seq -> {
                for (int copies = random.nextInt(3); copies > 0; copies--) {
                    arriving.add(seq);
                }
            });
            Collections.shuffle(arriving, random);
            Timeline timeline = new Timeline(0);
            timeline.extendTo(last);
            List<Long> shown = new ArrayList<>();
            for (long seq : arriving) {
                shown.addAll(seqs(timeline.arrived(message(seq))));
                if (random.nextInt(10) == 0) {
                    long from = timeline.shown() + 1;
                    long to = Math.min(last, from + random.nextInt(5));
                    shown.addAll(seqs(timeline.page(
                            LongStream.rangeClosed(from, to)
                                    .mapToObj(TimelineTest::message)
                                    .toList(),
                            1,
                            last,
                            to < last)));
                }
            }
            shown.addAll(seqs(timeline.page(
                    LongStream.rangeClosed(timeline.shown() + 1, last)
                            .mapToObj(TimelineTest::message)
                            .toList(),
                    1,
                    last,
                    false)));
            assertThat(shown).isEqualTo(LongStream.rangeClosed(1, last).boxed().toList());
        }
    }
}
