package io.mics.conversation;

import io.mics.message.Sender;
import io.mics.protocol.AckReason;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.IdForm;
import io.mics.tenant.Tenant;
import java.util.Optional;

/**
 * Who may read and write where. Whoever is not a member gets the same answer whether the conversation exists or not.
 */
final class Access {
    private final GroupMembers members;

    Access(GroupMembers members) {
        this.members = members;
    }

    /** What somebody may do with a conversation that a client named. */
    sealed interface Decision {
        /** It may. */
        record Allowed(ConversationRef conversation) implements Decision {}

        /**
         * It may not.
         *
         * @param reason one of {@link AckReason}
         */
        record Refused(String reason) implements Decision {}
    }

    private static final Decision NOT_FOUND = new Decision.Refused(AckReason.CONVERSATION_NOT_FOUND);

    /** Whether a user may read a conversation, as a client spelled it. */
    Decision toRead(Sender reader, String spelled) throws InterruptedException {
        return switch (parse(reader, spelled)) {
            case Decision.Allowed named -> toRead(reader, named.conversation());
            case Decision.Refused refused -> refused;
        };
    }

    /** Whether a user may read a conversation. */
    Decision toRead(Sender reader, ConversationRef conversation) throws InterruptedException {
        return switch (conversation) {
            case ConversationRef.Single single -> new Decision.Allowed(single);
            case ConversationRef.World world -> new Decision.Allowed(world);
            case ConversationRef.Group group -> inGroup(reader, group);
        };
    }

    /** Whether a user may write to a conversation. */
    Decision toWrite(Sender sender, ConversationRef conversation) throws InterruptedException {
        return switch (conversation) {
            case ConversationRef.Single single -> new Decision.Allowed(single);
            case ConversationRef.World world ->
                sender.tenant().settings().durable().worldSenders().contains(sender.user())
                        ? new Decision.Allowed(world)
                        : NOT_FOUND;
            case ConversationRef.Group group -> inGroup(sender, group);
        };
    }

    private Decision inGroup(Sender user, ConversationRef.Group group) throws InterruptedException {
        return switch (members.contains(user.tenant(), group, user.user(), user.traceId(), user.writes()::start)) {
            case GroupMembers.Membership.Known known -> known.member() ? new Decision.Allowed(group) : NOT_FOUND;
            case GroupMembers.Membership.Unavailable away -> new Decision.Refused(away.reason());
        };
    }

    /** The conversation that a client means, of which nothing is known yet. */
    static Decision parse(Sender sender, String spelled) {
        Tenant tenant = sender.tenant();
        Optional<ConversationRef> read = ConversationRef.parse(spelled, sender.user(), tenant.ids());
        if (read.isPresent()) {
            return new Decision.Allowed(read.get());
        }
        return isOfOthers(spelled, tenant.ids()) ? NOT_FOUND : new Decision.Refused(AckReason.INVALID_CONVERSATION);
    }

    /** A conversation between two others looks like one, and must read like one that does not exist. */
    private static boolean isOfOthers(String spelled, IdForm ids) {
        if (!spelled.startsWith("single:")) {
            return false;
        }
        String pair = spelled.substring("single:".length());
        int colon = pair.indexOf(':');
        return colon > 0 && ids.allows(pair.substring(0, colon)) && ids.allows(pair.substring(colon + 1));
    }
}
