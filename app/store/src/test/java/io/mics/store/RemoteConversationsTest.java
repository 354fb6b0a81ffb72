package io.mics.store;

import io.mics.conversation.Conversations;
import io.mics.conversation.remote.GrpcPipelineNodes;
import io.mics.conversation.remote.RemoteConversations;
import io.mics.store.engine.Store;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The same answers as the store's own, asked of another node. */
class RemoteConversationsTest extends ConversationsContract {
    @TempDir
    static Path folder;

    private static Store store;
    private static RemoteNode node;
    private static GrpcPipelineNodes nodes;

    @BeforeAll
    static void open() {
        store = Databases.open(Databases.embedded(folder), 0);
        node = RemoteNode.with(store.conversations());
        nodes = new GrpcPipelineNodes(node::peers, RemoteNode.SETTINGS);
    }

    @AfterAll
    static void close() {
        nodes.close();
        node.close();
        store.close();
    }

    @Override
    MessageWriter writer() {
        return store.writer();
    }

    @Override
    Conversations conversations() {
        return new RemoteConversations(nodes);
    }
}
