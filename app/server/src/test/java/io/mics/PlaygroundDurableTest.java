package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.sdk.hook.example.BackendSettings;
import io.mics.sdk.hook.example.ExampleBackend;
import io.mics.testing.Await;
import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The durable tenant of the open playground, wherever the node is started. */
@Tag("engine")
@Timeout(180)
class PlaygroundDurableTest {
    private static final String TENANT = "playground-durable";

    @TempDir
    private Path folder;

    private static TestGateway playground(Path store) {
        return TestGateway.start("", "playground: {groups: {group-1: [u1, u2, u3]}}\nstore: {folder: '" + store + "'}");
    }

    private static RawClient connect(TestGateway node, String user) throws IOException {
        RawClient client = RawClient.upgraded(
                node.port(), RawClient.query(TENANT, "valid:" + user, "d1") + "&protocol=json&catchup=sync");
        assertThat(client.read().text()).contains("\"type\":\"connected\"");
        return client;
    }

    private static String asked(RawClient client, String frame) throws IOException {
        client.sendText(frame);
        return client.read().text();
    }

    private static String send(String conversation, String name, String text) {
        return "{\"type\":\"send-message\",\"data\":{\"tempMessageId\":\"" + name + "\",\"conversationId\":\""
                + conversation + "\",\"content\":\"" + text + "\"}}";
    }

    private static String sync(String conversation) {
        return "{\"type\":\"sync\",\"data\":{\"conversationId\":\"" + conversation + "\"}}";
    }

    private static String refusal(TestGateway node) throws IOException {
        return refusal(node, TENANT);
    }

    private static String refusal(TestGateway node, String tenant) throws IOException {
        try (RawClient client = RawClient.upgraded(node.port(), RawClient.query(tenant, "valid:u1", "d9"))) {
            RawClient.Frame close = client.readClose();
            return close.closeCode() + " " + close.closeReason();
        }
    }

    @Test
    void whatIsSentIsThereAfterARestartInGroupsToo() throws IOException {
        Path store = folder.resolve("data");
        try (TestGateway node = playground(store);
                RawClient one = connect(node, "u1")) {
            assertThat(asked(one, send("single:u1:u2", "m1", "kept"))).contains("\"status\":\"persisted\"");
            assertThat(asked(one, send("group:group-1", "m2", "kept for all"))).contains("\"status\":\"persisted\"");
        }
        try (TestGateway node = playground(store);
                RawClient two = connect(node, "u2");
                RawClient three = connect(node, "u3")) {
            assertThat(asked(two, sync("single:u1:u2"))).contains("\"content\":\"kept\"");
            assertThat(asked(three, sync("group:group-1"))).contains("\"content\":\"kept for all\"");
            assertThat(asked(three, sync("single:u1:u2"))).contains("CONVERSATION_NOT_FOUND");
        }
    }

    @Test
    void nothingIsMadeUntilSomebodyUsesIt() throws IOException {
        Path store = folder.resolve("data");
        try (TestGateway node = playground(store)) {
            try (RawClient piped = node.connect("u1", "d1")) {
                assertThat(piped.sendAcked("u1", "1", "hello").getReason()).isEmpty();
            }
            assertThat(store).doesNotExist();
            try (RawClient one = connect(node, "u1");
                    RawClient two = connect(node, "u2")) {
                assertThat(store).isDirectoryContaining("glob:**mics.db");
                assertThat(asked(one, send("single:u1:u2", "m1", "now"))).contains("\"seqId\":1");
                assertThat(two.read().text()).contains("\"content\":\"now\"");
            }
        }
    }

    @Test
    void aFolderThatCannotBeWrittenTakesTheDurableTenantAndNothingElse() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        try (TestGateway node = playground(file.resolve("data"))) {
            assertThat(node.get("/playground/about").body())
                    .contains("\"tenants\":[\"playground\"]", "\"durable\":[]", "file/data' cannot be written");
            assertThat(node.get("/readyz").statusCode()).isEqualTo(200);
            assertThat(node.get("/readyz").body()).contains("cannot be written");
            assertThat(refusal(node)).startsWith("4429 no store");
            try (RawClient one = node.connect("u1", "d1");
                    RawClient two = node.connect("u2", "d1")) {
                assertThat(one.sendAcked("u2", "1", "hello").getReason()).isEmpty();
                assertThat(two.readDelivery().getMsgBody().toStringUtf8()).isEqualTo("hello");
            }
        }
    }

    @Test
    void aFolderThatAnotherNodeUsesIsTriedAgain() throws IOException {
        Path store = folder.resolve("data");
        try (TestGateway early = playground(store)) {
            try (TestGateway first = playground(store)) {
                connect(first, "u1").close();
                assertThat(refusal(early)).startsWith("4429 no store");
                try (TestGateway late = playground(store)) {
                    assertThat(late.get("/playground/about").body()).contains("\"durable\":[]", "is in use by");
                }
            }
            connect(early, "u1").close();
            assertThat(early.get("/playground/about").body())
                    .contains("\"durable\":[\"" + TENANT + "\"],\"note\":\"\"");
        }
    }

    @Test
    void noDatabaseIsWrittenToThatWasNotMeantForIt() throws IOException {
        try (TestGateway node = TestGateway.start("", "store: {url: 'postgres://127.0.0.1:1/mine'}")) {
            assertThat(node.get("/playground/about").body()).contains("\"durable\":[]", "store.url is set");
            assertThat(refusal(node)).startsWith("4429 no store");
        }
    }

    @Test
    void aDurableTenantThatAReloadAddsIsServedFromTheNextStart() throws IOException {
        try (ExampleBackend backend = new ExampleBackend(BackendSettings.forTests(""));
                TestGateway node = playground(folder.resolve("data"));
                RawClient before = connect(node, "u1")) {
            node.rewriteTenants("tenants: {t1: {messages: durable, hooks: {base-url: '" + backend.baseUrl() + "'}}}");
            Await.untilTrue("t1 is there", () -> node.get("/playground/about").statusCode() == 404);
            assertThat(refusal(node, "t1")).isEqualTo("4429 no store: this node must be restarted");
            assertThat(asked(before, send("single:u1:u2", "m1", "lives on"))).contains("\"status\":\"persisted\"");
        }
    }
}
