package io.mics.sdk.hook.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.mics.proto.hook.v1.GetOfflineMessagesRequest;
import io.mics.proto.hook.v1.GetOfflineMessagesResponse;
import io.mics.proto.hook.v1.HookMeta;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.sdk.event.Envelope;
import io.mics.sdk.event.Event;
import io.mics.sdk.event.Position;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MissedMessagesTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void handsOutInOrderAndForgetsWhatTheCursorConfirms() throws Exception {
        try (MissedMessages missed = new MissedMessages(folder)) {
            for (int i = 0; i < 5; i++) {
                missed.store(event("u1", i));
                missed.store(event("u2", 100 + i));
            }
            GetOfflineMessagesResponse first = page(missed, "u1", "");
            assertThat(ids(first)).containsExactly("m0", "m1");
            assertThat(ids(page(missed, "u1", ""))).as("not confirmed").containsExactly("m0", "m1");
            GetOfflineMessagesResponse second = page(missed, "u1", first.getNextCursor());
            assertThat(ids(second)).containsExactly("m2", "m3");
            assertThat(ids(page(missed, "u1", ""))).as("broken off").containsExactly("m2", "m3");
            GetOfflineMessagesResponse last = page(missed, "u1", second.getNextCursor());
            assertThat(ids(last)).containsExactly("m4");
            assertThat(last.getHasMore()).isTrue();
            GetOfflineMessagesResponse end = page(missed, "u1", last.getNextCursor());
            assertThat(end)
                    .isEqualTo(
                            GetOfflineMessagesResponse.newBuilder().setOk(true).build());
            assertThat(ids(page(missed, "u1", ""))).isEmpty();
            assertThat(ids(page(missed, "u2", ""))).containsExactly("m100", "m101");
        }
    }

    @Test
    void oneUserOfTwoTenantsIsTwo() throws Exception {
        try (MissedMessages missed = new MissedMessages(folder)) {
            missed.store(event("u1", 1));
            assertThat(missed.page(GetOfflineMessagesRequest.newBuilder()
                                    .setMeta(HookMeta.newBuilder().setTenantId("t2"))
                                    .setUserId("u1")
                                    .setMaxMessages(2)
                                    .build())
                            .getMessagesCount())
                    .isZero();
        }
    }

    @Test
    void aRestartKeepsMessagesConfirmationsAndIdentities() throws Exception {
        String cursor;
        try (MissedMessages missed = new MissedMessages(folder)) {
            for (int i = 0; i < 4; i++) {
                missed.store(event("u1", i));
            }
            page(missed, "u1", page(missed, "u1", "").getNextCursor());
            cursor = page(missed, "u1", "").getNextCursor();
        }
        try (MissedMessages missed = new MissedMessages(folder)) {
            assertThat(missed.store(event("u1", 0))).as("was stored, and taken").isFalse();
            assertThat(missed.store(event("u1", 3))).isFalse();
            assertThat(missed.store(event("u1", 4))).isTrue();
            assertThat(ids(page(missed, "u1", ""))).containsExactly("m2", "m3");
            assertThat(ids(page(missed, "u1", cursor))).containsExactly("m4");
        }
    }

    @Test
    void refusesACursorItNeverGave() throws Exception {
        try (MissedMessages missed = new MissedMessages(folder)) {
            missed.store(event("u1", 1));
            for (String cursor : List.of("2", "-1", "x")) {
                assertThat(page(missed, "u1", cursor).getReason()).isEqualTo("bad cursor");
            }
            assertThat(ids(page(missed, "u1", ""))).containsExactly("m1");
        }
    }

    @Test
    void compactionKeepsWhatWaitsAndWhatIsKnown() throws Exception {
        try (MissedMessages missed = new MissedMessages(folder, 2_000)) {
            missed.store(event("u2", 9_999));
            for (int i = 0; i < 200; i++) {
                missed.store(event("u1", i));
                page(missed, "u1", page(missed, "u1", "").getNextCursor());
            }
            missed.store(event("u1", 200));
            assertThat(ids(page(missed, "u2", ""))).containsExactly("m9999");
            assertThat(ids(page(missed, "u1", ""))).containsExactly("m200");
        }
        assertThat(Files.size(folder.resolve("offline.log")))
                .as("200 messages taken, of some 80 bytes each")
                .isLessThan(12_000);
        try (MissedMessages missed = new MissedMessages(folder)) {
            assertThat(missed.store(event("u1", 0))).isFalse();
            assertThat(ids(page(missed, "u2", ""))).containsExactly("m9999");
            assertThat(ids(page(missed, "u1", ""))).containsExactly("m200");
        }
    }

    @Test
    void aPageIsBoundedInBytesButNeverEmpty() throws Exception {
        byte[] body = new byte[700_000];
        try (MissedMessages missed = new MissedMessages(folder)) {
            for (int i = 0; i < 2; i++) {
                Event.OfflineMessage event = event("u1", i);
                missed.store(new Event.OfflineMessage(
                        event.envelope(),
                        "u1",
                        "",
                        event.message().toBuilder()
                                .setMsgBody(ByteString.copyFrom(body))
                                .build()));
            }
            GetOfflineMessagesResponse first = page(missed, "u1", "");
            assertThat(ids(first)).containsExactly("m0");
            assertThat(ids(page(missed, "u1", first.getNextCursor()))).containsExactly("m1");
        }
    }

    @Test
    void twoAtOnceAreRefused() throws Exception {
        try (MissedMessages missed = new MissedMessages(folder)) {
            assertThatThrownBy(() -> new MissedMessages(folder)).hasMessageContaining("is in use");
            missed.store(event("u1", 1));
        }
    }

    private static Event.OfflineMessage event(String to, int i) {
        Envelope envelope = new Envelope(
                "n-1-" + i, new Position("im-mics-t1-event", 0, i), "t1", "u9", "d9", "m" + i, i, "n", "", "", "", "");
        return new Event.OfflineMessage(
                envelope, to, "", MessageRequest.newBuilder().setMsgId("m" + i).build());
    }

    private static GetOfflineMessagesResponse page(MissedMessages missed, String user, String cursor) throws Exception {
        return missed.page(GetOfflineMessagesRequest.newBuilder()
                .setMeta(HookMeta.newBuilder().setTenantId("t1"))
                .setUserId(user)
                .setMaxMessages(2)
                .setCursor(cursor)
                .build());
    }

    private static List<String> ids(GetOfflineMessagesResponse page) {
        return new ArrayList<>(
                page.getMessagesList().stream().map(MessageRequest::getMsgId).toList());
    }
}
