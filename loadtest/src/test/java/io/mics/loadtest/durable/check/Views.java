package io.mics.loadtest.durable.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What every user is told at the end who asks for everything: the list of conversations, and all pages of each. Users
 * may be filled by different threads.
 */
public final class Views {
    private final Map<Integer, View> users = new HashMap<>();

    /** One user's line in the list of conversations. */
    public record Line(int talk, long unread, long lastSeq, long readSeq) {}

    /** What one user is told; filled by one thread. */
    public static final class View {
        private final List<Line> lines = new ArrayList<>();
        private final LongRows messages = new LongRows(4);

        /** A conversation of the list. */
        public void line(Line line) {
            lines.add(line);
        }

        /** A message of a page, in the order of the pages. */
        public void message(int talk, long seq, long key, long id) {
            messages.add(talk, seq, key, id);
        }

        List<Line> lines() {
            return lines;
        }

        LongRows messages() {
            return messages;
        }
    }

    /** Where a user's answers go. */
    public View of(int user) {
        synchronized (users) {
            return users.computeIfAbsent(user, u -> new View());
        }
    }
}
