package io.mics.store;

import static io.mics.store.Messages.many;
import static io.mics.store.Messages.write;
import static io.mics.store.Replies.ok;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.conversation.Conversations;
import io.mics.conversation.NewMessage;
import io.mics.conversation.Reply;
import io.mics.conversation.remote.GrpcPipelineNodes;
import io.mics.conversation.remote.RemoteConversations;
import io.mics.protocol.ConversationRef;
import io.mics.routing.link.Peer;
import io.mics.store.engine.Store;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who is asked, and what is answered where nobody answers. */
@Timeout(120)
class PipelineNodesTest {
    private static final int QUESTIONS = 20;

    private final ConversationRef conversation = ConversationRef.ofUsers("a", "b");
    private final Conversations.Reader reader = new Conversations.Reader("t1", "a");

    @TempDir
    Path folder;

    private Store store;

    @BeforeEach
    void open() {
        store = Databases.open(Databases.embedded(folder), 0);
        write(store.writer(), many("t1", conversation, "a", "m", 3));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Reply<Conversations.Page> ask(GrpcPipelineNodes nodes) {
        return new RemoteConversations(nodes).after(reader, conversation, 0, 10);
    }

    private static String cause(Reply<?> reply) {
        assertThat(reply).isInstanceOf(Reply.Unavailable.class);
        return ((Reply.Unavailable<?>) reply).cause();
    }

    @Test
    void aNodeWithoutAStoreIsPassedOver() {
        try (RemoteNode without = RemoteNode.withoutStore();
                RemoteNode with = RemoteNode.with(store.conversations());
                GrpcPipelineNodes nodes =
                        new GrpcPipelineNodes(() -> List.of(without.peer(), with.peer()), RemoteNode.SETTINGS)) {
            for (int i = 0; i < QUESTIONS; i++) {
                assertThat(ok(ask(nodes)).lastSeq()).isEqualTo(3);
            }
        }
    }

    @Test
    void whereNobodyHasAStoreTheAnswerSaysSo() {
        try (RemoteNode without = RemoteNode.withoutStore();
                GrpcPipelineNodes nodes = new GrpcPipelineNodes(without::peers, RemoteNode.SETTINGS);
                GrpcPipelineNodes alone = new GrpcPipelineNodes(List::of, RemoteNode.SETTINGS)) {
            assertThat(cause(ask(nodes))).contains("has no store");
            assertThat(cause(ask(nodes))).contains("no node of the cluster has the role pipeline");
            assertThat(cause(ask(alone))).contains("no node of the cluster has the role pipeline");
        }
    }

    @Test
    void aNodeThatIsGoneIsFollowedByTheNext() {
        RemoteNode gone = RemoteNode.with(store.conversations());
        try (RemoteNode there = RemoteNode.with(store.conversations());
                GrpcPipelineNodes nodes =
                        new GrpcPipelineNodes(() -> List.of(gone.peer(), there.peer()), RemoteNode.SETTINGS)) {
            ok(ask(nodes));
            ok(ask(nodes));
            gone.close();
            for (int i = 0; i < QUESTIONS; i++) {
                assertThat(ok(ask(nodes)).lastSeq()).isEqualTo(3);
            }
        }
    }

    @Test
    void anotherClustersTokenGetsNoAnswer() {
        try (RemoteNode node = RemoteNode.with(store.conversations());
                GrpcPipelineNodes otherCluster = new GrpcPipelineNodes(node::peers, RemoteNode.settings("another"));
                GrpcPipelineNodes nodes = new GrpcPipelineNodes(node::peers, RemoteNode.SETTINGS)) {
            assertThat(cause(ask(otherCluster))).contains("UNAUTHENTICATED");
            ok(ask(nodes));
        }
    }

    @Test
    void whatWaitsForADatabaseThatIsClosedIsAnsweredAsUnavailable() {
        try (RemoteNode node = RemoteNode.with(store.conversations());
                GrpcPipelineNodes nodes = new GrpcPipelineNodes(node::peers, RemoteNode.SETTINGS)) {
            store.close();
            assertThat(cause(ask(nodes))).doesNotContain("role pipeline");
        }
    }

    @Test
    void manyMembersJoinByQuestionsThatALinkCarries() {
        List<String> users = IntStream.range(0, 40_000)
                .mapToObj(i -> "a-user-with-a-rather-long-name-" + i)
                .toList();
        ConversationRef.Group group = new ConversationRef.Group("g");
        try (RemoteNode node = RemoteNode.with(store.conversations());
                GrpcPipelineNodes nodes = new GrpcPipelineNodes(node::peers, RemoteNode.SETTINGS)) {
            Conversations remote = new RemoteConversations(nodes);
            assertThat(ok(remote.join("t1", group, users))).isTrue();
            assertThat(ok(remote.isMember("t1", group, users.getLast()))).isTrue();
            assertThat(ok(remote.leave("t1", group, users))).isTrue();
            assertThat(ok(remote.isMember("t1", group, users.getLast()))).isFalse();
        }
    }

    @Test
    void aClosedClientAnswersUnavailable() {
        try (RemoteNode node = RemoteNode.with(store.conversations())) {
            GrpcPipelineNodes nodes = new GrpcPipelineNodes(node::peers, RemoteNode.SETTINGS);
            ok(ask(nodes));
            nodes.close();
            assertThat(cause(ask(nodes))).isNotEmpty();
        }
    }

    @Test
    void aMemberThatLeftIsNotAskedAgain() {
        try (RemoteNode first = RemoteNode.with(store.conversations());
                RemoteNode second = RemoteNode.with(store.conversations())) {
            List<Peer> members = new CopyOnWriteArrayList<>(List.of(first.peer()));
            try (GrpcPipelineNodes nodes = new GrpcPipelineNodes(() -> List.copyOf(members), RemoteNode.SETTINGS)) {
                ok(ask(nodes));
                members.clear();
                assertThat(cause(ask(nodes))).contains("role pipeline");
                members.add(second.peer());
                ok(ask(nodes));
            }
        }
    }

    @Test
    void answersThatAreLargerThanASocketTakesAtOnceComeWhole() {
        ByteString large = ByteString.copyFrom(new byte[1 << 20]);
        for (int i = 0; i < 5; i++) {
            write(
                    store.writer(),
                    new NewMessage(
                            "t2",
                            conversation,
                            "a",
                            "d",
                            "m" + i,
                            "m" + i,
                            "",
                            "image",
                            large,
                            Map.of(),
                            "",
                            1,
                            false));
        }
        Conversations.Reader other = new Conversations.Reader("t2", "a");
        try (RemoteNode node = RemoteNode.with(store.conversations());
                GrpcPipelineNodes nodes = new GrpcPipelineNodes(node::peers, RemoteNode.SETTINGS)) {
            Conversations remote = new RemoteConversations(nodes);
            for (int i = 0; i < 3 * QUESTIONS; i++) {
                assertThat(ok(remote.after(other, conversation, 0, 10)).messages())
                        .hasSizeGreaterThan(2)
                        .allMatch(message -> message.body().equals(large));
            }
        }
    }
}
