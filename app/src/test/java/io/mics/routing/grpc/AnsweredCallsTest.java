package io.mics.routing.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.concurrent.ByteShares;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.node.v1.Backlog;
import io.mics.proto.node.v1.Envelope;
import io.mics.proto.node.v1.NodeAnswer;
import io.mics.routing.grpc.AnsweredCalls.Seen;
import org.junit.jupiter.api.Test;

class AnsweredCallsTest {
    private final ByteShares room = ByteShares.halfEach(4 * AnsweredCalls.ANSWER_BYTES);
    private final AnsweredCalls calls = new AnsweredCalls(room, "node-a");

    @Test
    void aRepeatedCallHasItsFirstAnswer() {
        NodeAnswer answer = TestPeers.done().setId(1).build();
        assertThat(calls.came(1, true)).isInstanceOf(Seen.First.class);
        assertThat(calls.came(1, true)).isInstanceOf(Seen.UnderWay.class);
        calls.done(1, answer);
        assertThat(calls.came(1, true)).isEqualTo(new Seen.Done(answer));
    }

    @Test
    void aCallThatWasNotBegunMayComeAgain() {
        calls.came(1, false);
        calls.notBegun(1);
        assertThat(calls.came(1, true)).isInstanceOf(Seen.First.class);
    }

    @Test
    void aRepetitionOlderThanAllRememberedCallsIsNotDone() {
        for (long id = 1; id <= AnsweredCalls.CALLS + 1; id++) {
            calls.came(id, false);
            calls.done(id, TestPeers.done().setId(id).build());
        }
        assertThat(calls.came(1, true)).isInstanceOf(Seen.Forgotten.class);
        assertThat(calls.came(2, true)).isInstanceOf(Seen.Done.class);
        assertThat(calls.came(0, false)).as("late, but no repetition").isInstanceOf(Seen.First.class);
    }

    @Test
    void largeAnswersAreForgottenBeforeTheirIds() {
        NodeAnswer large = page((int) (AnsweredCalls.ANSWER_BYTES / 4));
        for (long id = 1; id <= 4; id++) {
            calls.came(id, false);
            calls.done(id, large);
        }
        assertThat(calls.came(1, true)).isInstanceOf(Seen.Forgotten.class);
        assertThat(calls.came(4, true)).isInstanceOf(Seen.Done.class);
    }

    @Test
    void answersOfAllNodesShareOneRoom() {
        NodeAnswer answer = page(1_000);
        ByteShares tight = ByteShares.halfEach(3L * answer.getSerializedSize());
        AnsweredCalls a = new AnsweredCalls(tight, "a");
        AnsweredCalls b = new AnsweredCalls(tight, "b");
        for (long id = 1; id <= 2; id++) {
            a.came(id, false);
            a.done(id, answer);
        }
        assertThat(a.came(1, true)).as("one node has half").isInstanceOf(Seen.Forgotten.class);
        assertThat(a.came(2, true)).isInstanceOf(Seen.Done.class);
        b.came(1, false);
        b.done(1, answer);
        assertThat(b.came(1, true)).isInstanceOf(Seen.Done.class);
        a.close();
        b.close();
        assertThat(tight.held()).isZero();
        a.came(3, false);
        a.done(3, answer);
        assertThat(tight.held()).as("an answer after the end").isZero();
        assertThat(a.came(3, true)).isInstanceOf(Seen.Forgotten.class);
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
