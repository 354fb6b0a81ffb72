package io.mics.protocol;

import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;

/** Where a JSON message goes, spelled {@code single:{min}:{max}} or {@code group:{id}}. */
public sealed interface Conversation {
    /** The one other user of a conversation of two. */
    record WithUser(String user) implements Conversation {}

    record InGroup(String group) implements Conversation {}

    /** A spelling that names no conversation, or more than one. */
    record Unclear(String why) implements Conversation {}

    /** The canonical id of the conversation between two users. */
    static String ofUsers(String a, String b) {
        return a.compareTo(b) <= 0 ? "single:" + a + ":" + b : "single:" + b + ":" + a;
    }

    /** The canonical id of a group's conversation. */
    static String ofGroup(String group) {
        return "group:" + group;
    }

    /** The canonical id of the conversation a message belongs to. */
    static String of(MessageRequest message) {
        return message.getMsgType() == MessageType.GROUP_CHAT
                ? ofGroup(message.getGroupId())
                : ofUsers(message.getUserId(), message.getToUserId());
    }

    /**
     * Reads a conversation id as {@code user} means it. The older spellings {@code single_{a}_{b}} and {@code
     * group_{id}} are taken where they read only one way.
     */
    static Conversation parse(String id, String user) {
        if (id.startsWith("group:") || id.startsWith("group_")) {
            return new InGroup(id.substring("group:".length()));
        }
        if (id.startsWith("single:")) {
            return other(id.substring("single:".length()), user, ':');
        }
        if (id.startsWith("single_")) {
            return other(id.substring("single_".length()), user, '_');
        }
        return new Unclear("conversationId must be single:{user}:{user} or group:{id}");
    }

    private static Conversation other(String pair, String user, char separator) {
        boolean first = pair.startsWith(user + separator);
        boolean second = pair.endsWith(separator + user);
        String after = first ? pair.substring(user.length() + 1) : "";
        String before = second ? pair.substring(0, pair.length() - user.length() - 1) : "";
        if (first && second && !after.equals(before)) {
            return new Unclear("conversationId reads more than one way; write single:{user}:{user}");
        }
        String other = first ? after : before;
        if (other.isEmpty()) {
            return new Unclear("conversationId does not name you and one other user");
        }
        return new WithUser(other);
    }
}
