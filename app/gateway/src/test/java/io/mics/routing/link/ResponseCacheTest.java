package io.mics.routing.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.concurrent.SharedByteBudget;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.node.v1.Backlog;
import io.mics.proto.node.v1.Envelope;
import io.mics.proto.node.v1.NodeAnswer;
import io.mics.routing.link.ResponseCache.Seen;
import org.junit.jupiter.api.Test;

class ResponseCacheTest {
    private final SharedByteBudget room = SharedByteBudget.halfEach(4 * ResponseCache.ANSWER_BYTES);
    private final ResponseCache calls = new ResponseCache(room, "node-a");

    @Test
    void aRepeatedCallHasItsFirstAnswer() {
        NodeAnswer answer = TestPeers.done().setId(1).build();
        assertThat(calls.received(1, true)).isInstanceOf(Seen.First.class);
        assertThat(calls.received(1, true)).isInstanceOf(Seen.InFlight.class);
        calls.done(1, answer);
        assertThat(calls.received(1, true)).isEqualTo(new Seen.Done(answer));
    }

    @Test
    void aCallThatWasNotBegunMayComeAgain() {
        calls.received(1, false);
        calls.notBegun(1);
        assertThat(calls.received(1, true)).isInstanceOf(Seen.First.class);
    }

    @Test
    void aRepetitionOlderThanAllRememberedCallsIsNotDone() {
        for (long id = 1; id <= ResponseCache.CALLS + 1; id++) {
            calls.received(id, false);
            calls.done(id, TestPeers.done().setId(id).build());
        }
        assertThat(calls.received(1, true)).isInstanceOf(Seen.Forgotten.class);
        assertThat(calls.received(2, true)).isInstanceOf(Seen.Done.class);
        assertThat(calls.received(0, false)).as("late, but no repetition").isInstanceOf(Seen.First.class);
    }

    @Test
    void largeAnswersAreForgottenBeforeTheirIds() {
        NodeAnswer large = page((int) (ResponseCache.ANSWER_BYTES / 4));
        for (long id = 1; id <= 4; id++) {
            calls.received(id, false);
            calls.done(id, large);
        }
        assertThat(calls.received(1, true)).isInstanceOf(Seen.Forgotten.class);
        assertThat(calls.received(4, true)).isInstanceOf(Seen.Done.class);
    }

    @Test
    void answersOfAllNodesShareOneRoom() {
        NodeAnswer answer = page(1_000);
        SharedByteBudget tight = SharedByteBudget.halfEach(3L * answer.getSerializedSize());
        ResponseCache a = new ResponseCache(tight, "a");
        ResponseCache b = new ResponseCache(tight, "b");
        for (long id = 1; id <= 2; id++) {
            a.received(id, false);
            a.done(id, answer);
        }
        assertThat(a.received(1, true)).as("one node has half").isInstanceOf(Seen.Forgotten.class);
        assertThat(a.received(2, true)).isInstanceOf(Seen.Done.class);
        b.received(1, false);
        b.done(1, answer);
        assertThat(b.received(1, true)).isInstanceOf(Seen.Done.class);
        a.close();
        b.close();
        assertThat(tight.held()).isZero();
        a.received(3, false);
        a.done(3, answer);
        assertThat(tight.held()).as("an answer after the end").isZero();
        assertThat(a.received(3, true)).isInstanceOf(Seen.Forgotten.class);
    }

    private static NodeAnswer page(int bytes) {
        return NodeAnswer.newBuilder()
                .setBacklog(Backlog.newBuilder()
                        .addMessages(Envelope.newBuilder()
                                .setMessage(
                                        MessageRequest.newBuilder().setMsgBody(ByteString.copyFrom(new byte[bytes])))))
                .build();
    }
}
