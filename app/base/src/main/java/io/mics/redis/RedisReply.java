package io.mics.redis;

import java.util.List;

/** What a script returned: a flat list of texts and whole numbers. */
public record RedisReply(List<?> elements) {
    /** How many elements there are. */
    public int size() {
        return elements.size();
    }

    /** The element at {@code index}, as text. */
    public String text(int index) {
        return String.valueOf(elements.get(index));
    }

    /** The element at {@code index}, as a number. */
    public long number(int index) {
        return elements.get(index) instanceof Long number ? number : Long.parseLong(text(index));
    }

    /** All elements, as texts. */
    public List<String> texts() {
        return elements.stream().map(String::valueOf).toList();
    }
}
