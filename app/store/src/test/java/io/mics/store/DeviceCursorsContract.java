package io.mics.store;

import static io.mics.store.Messages.many;
import static io.mics.store.Messages.message;
import static io.mics.store.Messages.write;
import static io.mics.store.Replies.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.conversation.Conversations;
import io.mics.conversation.Conversations.Given;
import io.mics.conversation.Conversations.MissedPart;
import io.mics.conversation.Conversations.Reader;
import io.mics.protocol.ConversationRef;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every engine knows of devices that never ask what they missed. Each test has a tenant of its own. */
@Timeout(120)
abstract class DeviceCursorsContract {
    final String tenant = "t-" + UUID.randomUUID();
    final ConversationRef ab = ConversationRef.ofUsers("a", "b");
    final ConversationRef.Group group = new ConversationRef.Group("g");
    final Reader a = new Reader(tenant, "a");
    final Reader b = new Reader(tenant, "b");

    abstract MessageWriter writer();

    abstract Conversations conversations();

    private List<MissedPart> missed(Reader reader, String device) {
        return ok(conversations().missed(reader, device, 100)).parts();
    }

    private boolean given(String user, String device, ConversationRef conversation, long from, long to) {
        return ok(conversations().advance(tenant, List.of(new Given(user, device, conversation, from, to))));
    }

    @Test
    void aNewDeviceHasMissedNothingAndAKnownOneWhatCameSince() {
        ok(conversations().join(tenant, group, List.of("a", "b")));
        write(writer(), many(tenant, ab, "a", "m", 5));
        write(writer(), many(tenant, group, "a", "m", 2));
        write(writer(), many(tenant, ConversationRef.WORLD, "a", "m", 3));
        assertThat(missed(b, "d1")).isEmpty();
        assertThat(missed(b, "d1")).isEmpty();
        ConversationRef bc = ConversationRef.ofUsers("b", "c");
        write(writer(), message(tenant, group, "a", "n1", "", "x", 3_000));
        write(writer(), message(tenant, ab, "a", "n1", "", "x", 2_000));
        write(writer(), message(tenant, ab, "a", "n2", "", "x", 4_000));
        write(writer(), message(tenant, bc, "c", "n1", "", "x", 1_000));
        write(writer(), message(tenant, ConversationRef.WORLD, "a", "n1", "", "x", 5_000));
        assertThat(missed(b, "d1"))
                .containsExactly(
                        new MissedPart(bc, 0, 1, 1_000),
                        new MissedPart(ab, 5, 7, 2_000),
                        new MissedPart(group, 2, 3, 3_000),
                        new MissedPart(ConversationRef.WORLD, 3, 4, 5_000));
        assertThat(ok(conversations().missed(b, "d1", 1)).parts()).first().isEqualTo(new MissedPart(bc, 0, 1, 1_000));
        assertThat(missed(b, "d2")).as("another device").isEmpty();
        assertThat(missed(new Reader(tenant + "x", "b"), "d1")).isEmpty();
    }

    @Test
    void aCursorMovesOnlyOverWhatFollowsOnIt() {
        write(writer(), many(tenant, ab, "a", "m", 2));
        assertThat(missed(b, "d")).isEmpty();
        write(writer(), many(tenant, ab, "a", "n", 8));
        assertThat(given("b", "d", ab, 5, 7)).as("3 and 4 are not there").isFalse();
        assertThat(missed(b, "d")).extracting(MissedPart::seenSeq).containsExactly(2L);
        assertThat(given("b", "d", ab, 3, 5)).isTrue();
        assertThat(given("b", "d", ab, 1, 4)).as("it has these").isFalse();
        assertThat(given("b", "d", ab, 4, 8)).isTrue();
        assertThat(missed(b, "d")).extracting(MissedPart::seenSeq).containsExactly(8L);
        assertThat(given("b", "d", ab, 9, 500)).isTrue();
        assertThat(missed(b, "d")).isEmpty();
        write(writer(), message(tenant, ab, "a", "last", "x"));
        assertThat(missed(b, "d"))
                .as("not beyond the end")
                .extracting(MissedPart::seenSeq)
                .containsExactly(10L);
    }

    @Test
    void manyDevicesAreNotedAtOnceAndUnknownOnesAreNot() {
        ConversationRef bc = ConversationRef.ofUsers("b", "c");
        assertThat(missed(b, "d")).isEmpty();
        write(writer(), many(tenant, ab, "a", "m", 4));
        write(writer(), many(tenant, bc, "c", "m", 4));
        List<Given> ranges = List.of(
                new Given("b", "d", bc, 1, 4),
                new Given("b", "d", ab, 3, 4),
                new Given("b", "d", ab, 1, 2),
                new Given("b", "unknown", ab, 1, 4),
                new Given("outsider", "d", ab, 1, 4));
        assertThat(ok(conversations().advance(tenant, ranges))).isTrue();
        assertThat(missed(b, "d")).isEmpty();
        assertThat(missed(b, "unknown")).isEmpty();
        write(writer(), message(tenant, ab, "a", "n", "x"));
        assertThat(missed(b, "unknown"))
                .extracting(MissedPart::seenSeq)
                .as("begun at the end when it first came")
                .containsExactly(4L);
    }

    @Test
    void whatTheReaderMayNotSeeIsNotMissed() {
        assertThat(missed(b, "d")).isEmpty();
        ok(conversations().join(tenant, group, List.of("a")));
        write(writer(), many(tenant, group, "a", "m", 3));
        assertThat(missed(b, "d")).isEmpty();
        ok(conversations().join(tenant, group, List.of("b")));
        write(writer(), message(tenant, group, "a", "n", "x"));
        assertThat(missed(b, "d")).extracting(MissedPart::seenSeq).containsExactly(3L);
        assertThat(given("b", "d", group, 4, 4))
                .as("it follows on where it joined")
                .isTrue();
        write(writer(), message(tenant, group, "a", "o", "x"));
        ok(conversations().leave(tenant, group, List.of("b")));
        assertThat(missed(b, "d")).isEmpty();
        write(writer(), many(tenant, ab, "a", "m", 3));
        ok(conversations().clear(b, ab, 3));
        assertThat(missed(b, "d")).isEmpty();
        write(writer(), many(tenant, ConversationRef.WORLD, "a", "m", 310));
        assertThat(missed(b, "d")).extracting(MissedPart::seenSeq).containsExactly(10L);
    }

    @Test
    void aForgottenDeviceIsNewAndOfTooManyTheOneUnseenForLongestGoes() {
        assertThat(missed(b, "d")).isEmpty();
        write(writer(), many(tenant, ab, "a", "m", 3));
        assertThat(ok(conversations().forgetDevice(b, "d"))).isTrue();
        assertThat(ok(conversations().forgetDevice(b, "d"))).isFalse();
        assertThat(missed(b, "d")).isEmpty();
        for (int i = 0; i < 20; i++) {
            assertThat(missed(b, "many" + i)).isEmpty();
        }
        write(writer(), message(tenant, ab, "a", "n", "x"));
        assertThat(missed(b, "many19")).hasSize(1);
        assertThat(missed(b, "d")).as("it made room").isEmpty();
    }
}
