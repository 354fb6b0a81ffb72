package io.mics.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.conversation.ConversationLog.Outcome;
import io.mics.conversation.ConversationLog.Outcome.Refused.Reason;
import io.mics.protocol.AckReason;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.OutboundFrame;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SendToConversationTest {
    private static String reason(Outcome outcome) {
        ConversationRef conversation = ConversationRef.ofUsers("a", "b");
        NewMessage message = new NewMessage(
                "t", conversation, "a", "d", "m1", "m1", "", "text", ByteString.EMPTY, Map.of(), "trace", 1, false);
        OutboundFrame.Ack ack = (OutboundFrame.Ack) SendToConversation.ack(message, outcome);
        assertThat(ack.msgId()).isEqualTo("m1");
        assertThat(ack.sent()).isFalse();
        return ack.reason();
    }

    @Test
    void whatTheLogNeverTakesIsRefusedForGoodAndWhatItDoesNotTakeNowIsNot() {
        assertThat(reason(new Outcome.Refused(Reason.TOO_LARGE))).isEqualTo(AckReason.BODY_TOO_LARGE);
        assertThat(reason(new Outcome.Refused(Reason.NOT_STORABLE))).isEqualTo("message not storable");
        assertThat(reason(new Outcome.Unavailable())).isEqualTo(AckReason.LOG_UNAVAILABLE);
        assertThat(reason(new Outcome.Unknown())).isEqualTo(AckReason.OUTCOME_UNKNOWN);
    }
}
