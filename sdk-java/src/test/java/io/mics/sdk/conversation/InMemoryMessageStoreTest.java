package io.mics.sdk.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class InMemoryMessageStoreTest {
    private final InMemoryMessageStore store = new InMemoryMessageStore(4, 6);

    private void put(String conversation, long... seqs) {
        for (long seq : seqs) {
            store.put(new Message(conversation, seq, seq, "u1", "d1", "", "text", ByteString.EMPTY, 0, 0, 0, 0));
        }
    }

    private List<Long> seqs(String conversation) {
        return LongStream.rangeClosed(1, 9)
                .filter(seq -> store.get(conversation, seq).isPresent())
                .boxed()
                .toList();
    }

    @Test
    void ofAConversationTheNewestAreHeld() {
        put("a", 1, 2, 3, 4, 5);
        assertThat(seqs("a")).containsExactly(2L, 3L, 4L, 5L);
    }

    @Test
    void beyondTheTotalTheOldestOfTheConversationUsedLeastRecentlyGo() {
        put("a", 1, 2, 3);
        put("b", 1, 2, 3);
        assertThat(store.get("a", 1)).isPresent();
        put("c", 1, 2, 3, 4);
        assertThat(seqs("a")).containsExactly(2L, 3L);
        assertThat(seqs("b")).isEmpty();
        assertThat(seqs("c")).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void whatIsReplacedOrRemovedDoesNotCount() {
        put("a", 1, 2, 3);
        put("a", 1, 2, 3);
        put("b", 1, 2, 3);
        store.remove("a", 1);
        store.remove("a", 1);
        store.removeUpTo("b", 2);
        put("c", 1, 2, 3);
        assertThat(seqs("a")).containsExactly(2L, 3L);
        assertThat(seqs("b")).containsExactly(3L);
        put("c", 4);
        assertThat(seqs("a")).containsExactly(3L);
    }

    @Test
    void whereAConversationIsCompleteIsNotForgotten() {
        put("a", 1);
        store.completeTo("a", 1);
        put("b", 1, 2, 3, 4);
        put("c", 1, 2);
        assertThat(seqs("a")).isEmpty();
        assertThat(store.completeTo("a")).isEqualTo(1);
    }

    @Test
    void aBoundThatHoldsNothingIsRefused() {
        assertThatThrownBy(() -> new InMemoryMessageStore(1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("messagesInAll");
    }
}
