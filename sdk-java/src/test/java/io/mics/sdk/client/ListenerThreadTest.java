package io.mics.sdk.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.ServerFrame;
import io.mics.sdk.conversation.Conversations;
import io.mics.sdk.conversation.SendResult;
import io.mics.sdk.conversation.Sending;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** What a listener may call on the thread it is called on. */
class ListenerThreadTest extends ClientHarness {
    @Test
    void theListenerMayReplyButNotWaitForAnAnswerBehindItself() throws Exception {
        CompletableFuture<Sending> reply = new CompletableFuture<>();
        BlockingQueue<String> refused = new LinkedBlockingQueue<>();
        MicsClient[] self = new MicsClient[1];
        self[0] =
                started(quick().ackTimeout(Duration.ofMillis(50)).maxAttempts(2).conversations(message -> {
                    Conversations conversations = self[0].conversations();
                    Sending sending = conversations.sendText(message.conversation(), "reply");
                    Map<String, Callable<?>> waiting = Map.of(
                            "await", sending::await,
                            "awaitStored", () -> sending.awaitStored(Duration.ofSeconds(10)),
                            "list", () -> conversations.list("", 1),
                            "history", () -> conversations.history("group:g", 1, 1),
                            "recall",
                                    () -> {
                                        conversations.recall("group:g", 1);
                                        return "done";
                                    },
                            "edit",
                                    () -> {
                                        conversations.edit("group:g", 1, ByteString.EMPTY);
                                        return "done";
                                    });
                    waiting.forEach((name, call) -> {
                        try {
                            refused.add(name + " " + call.call());
                        } catch (IllegalStateException e) {
                            refused.add(name);
                        } catch (Exception e) {
                            refused.add(name + " " + e);
                        }
                    });
                    reply.complete(sending);
                }));
        self[0].connect();
        Peer peer = gateway.peer();
        peer.send(ServerFrame.newBuilder()
                .setDelivery(new FakeConversations().store("group:g", "hi"))
                .build());
        assertThat(get(reply).await()).as("on another thread").isInstanceOf(SendResult.Unanswered.class);
        assertThat(refused).containsExactlyInAnyOrder("await", "awaitStored", "list", "history", "recall", "edit");
    }
}
