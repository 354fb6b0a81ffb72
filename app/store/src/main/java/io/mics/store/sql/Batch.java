package io.mics.store.sql;

import io.mics.conversation.NewMessage;
import io.mics.protocol.IdRule;
import io.mics.protocol.StoredMessage;
import io.mics.store.Written;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A batch while it is being written: what repeats an earlier message of it is not given to the database. */
public final class Batch {
    /**
     * A message to store.
     *
     * @param earlier the hash of an earlier message that would be the same one; null when there can be none
     */
    public record Item(
            int at,
            NewMessage message,
            long id,
            UUID dedup,
            @Nullable UUID earlier) {
        /** As it is stored under {@code seq}. */
        public StoredMessage stored(long seq) {
            return new StoredMessage(
                    message.conversation(),
                    seq,
                    id,
                    message.sender(),
                    message.device(),
                    message.clientMsgId(),
                    message.contentType(),
                    message.body(),
                    message.headers(),
                    message.acceptedMs(),
                    0,
                    0,
                    0);
        }
    }

    private record Key(String tenant, String conversation, UUID dedup) {}

    private final int size;
    private final List<Item> items = new ArrayList<>();
    /** Of a message that repeats another of the batch, the position of that one; otherwise its own. */
    private final int[] first;

    private final @Nullable Written[] written;

    /** These messages with an id for each. */
    public Batch(List<NewMessage> messages, List<Long> ids) {
        size = messages.size();
        first = new int[size];
        written = new Written[size];
        Map<Key, Integer> positions = new HashMap<>();
        for (int i = 0; i < size; i++) {
            NewMessage message = messages.get(i);
            first[i] = i;
            Optional<String> refused = refusal(message);
            if (refused.isPresent()) {
                written[i] = new Written.Refused(refused.get());
                continue;
            }
            UUID dedup = Dedup.of(message);
            UUID earlier = Dedup.earlierOf(message).orElse(null);
            String conversation = message.conversation().id();
            Integer same = positions.get(new Key(message.tenant(), conversation, dedup));
            if (same == null && earlier != null) {
                same = positions.get(new Key(message.tenant(), conversation, earlier));
            }
            if (same == null) {
                positions.put(new Key(message.tenant(), conversation, dedup), i);
                items.add(new Item(i, message, ids.get(i), dedup, earlier));
            } else {
                first[i] = same;
            }
        }
    }

    /** Texts that no engine, or not every one, can store as they are: both refuse them alike. */
    private static Optional<String> refusal(NewMessage message) {
        boolean storable = IdRule.isStorable(message.tenant())
                && IdRule.isStorable(message.conversation().id())
                && IdRule.isStorable(message.sender())
                && IdRule.isStorable(message.device())
                && IdRule.isStorable(message.clientMsgId())
                && IdRule.isStorable(message.dedupKey())
                && IdRule.isStorable(message.contentType())
                && message.headers().entrySet().stream()
                        .allMatch(header -> IdRule.isStorable(header.getKey()) && IdRule.isStorable(header.getValue()));
        return storable ? Optional.empty() : Optional.of("a text with U+0000 or half a surrogate pair");
    }

    /** What is to be stored, each once. */
    public List<Item> items() {
        return items;
    }

    /** Says what became of an item. */
    public void put(Item item, Written outcome) {
        written[item.at()] = outcome;
    }

    /** The outcome of each message, in order; all items have one. */
    public List<Written> written() {
        List<Written> all = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            Written outcome = written[first[i]];
            if (outcome == null) {
                throw new IllegalStateException("a message without an outcome");
            }
            all.add(
                    first[i] != i && outcome instanceof Written.Stored stored
                            ? new Written.Stored(stored.message(), true)
                            : outcome);
        }
        return all;
    }
}
