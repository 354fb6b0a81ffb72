package io.mics.protocol;

import java.util.List;
import java.util.Optional;

/**
 * Which conversation of a durable tenant. Its id is {@code single:{min}:{max}} with the two users in order,
 * {@code group:{id}}, or {@code world}. Users with a colon in their id have no conversations of two: their ids would
 * read more than one way.
 */
public sealed interface ConversationRef {
    /** Everybody of a tenant. */
    ConversationRef WORLD = new World();

    /** Two users, {@code first} not after {@code second}; the same twice is a user's notes. */
    record Single(String first, String second) implements ConversationRef {
        public Single {
            if (first.compareTo(second) > 0) {
                throw new IllegalArgumentException("users are not in order");
            }
        }

        /** The other one than {@code user}. */
        public String other(String user) {
            return user.equals(first) ? second : first;
        }

        /** Both users, each once. */
        public List<String> users() {
            return first.equals(second) ? List.of(first) : List.of(first, second);
        }

        @Override
        public String id() {
            return "single:" + first + ":" + second;
        }
    }

    /** A group with an id of the tenant's own. */
    record Group(String group) implements ConversationRef {
        @Override
        public String id() {
            return "group:" + group;
        }
    }

    /** All users of a tenant who are online. */
    record World() implements ConversationRef {
        @Override
        public String id() {
            return "world";
        }
    }

    /** The canonical id. */
    String id();

    /** The conversation of two users, in any order. */
    static ConversationRef ofUsers(String a, String b) {
        return a.compareTo(b) <= 0 ? new Single(a, b) : new Single(b, a);
    }

    /**
     * Reads an id as {@code user} means it, who is one of the two of a {@code single:}; empty for anything else. Users
     * come in any order. The older spellings {@code single_{a}_{b}} and {@code group_{id}} are taken where they read
     * only one way.
     *
     * @param ids what ids of the tenant look like
     */
    static Optional<ConversationRef> parse(String id, String user, IdForm ids) {
        if (id.equals("world")) {
            return Optional.of(WORLD);
        }
        return switch (Conversation.parse(id, user)) {
            case Conversation.InGroup in ->
                ids.allows(in.group()) ? Optional.of(new Group(in.group())) : Optional.empty();
            case Conversation.WithUser with ->
                ids.allows(with.user()) && isPlain(with.user()) && isPlain(user)
                        ? Optional.of(ofUsers(user, with.user()))
                        : Optional.empty();
            case Conversation.Unclear unclear -> Optional.empty();
        };
    }

    /** Reads a canonical id, as logs, nodes and the database have it; empty for anything else. */
    static Optional<ConversationRef> ofId(String id) {
        if (id.equals("world")) {
            return Optional.of(WORLD);
        }
        if (id.startsWith("group:") && id.length() > "group:".length()) {
            return Optional.of(new Group(id.substring("group:".length())));
        }
        if (!id.startsWith("single:")) {
            return Optional.empty();
        }
        String pair = id.substring("single:".length());
        int colon = pair.indexOf(':');
        boolean plain = colon > 0 && colon < pair.length() - 1 && pair.indexOf(':', colon + 1) < 0;
        return plain && pair.substring(0, colon).compareTo(pair.substring(colon + 1)) <= 0
                ? Optional.of(new Single(pair.substring(0, colon), pair.substring(colon + 1)))
                : Optional.empty();
    }

    /** Whether a user of this id can have conversations of two. */
    static boolean isPlain(String user) {
        return user.indexOf(':') < 0;
    }
}
