package io.mics.conversation.catchup;

import io.mics.conversation.CatchUp;
import io.mics.conversation.Conversations.Given;
import io.mics.conversation.Conversations.Reader;
import io.mics.message.Sender;
import io.mics.protocol.ConversationRef;
import io.mics.session.stored.StoredProgress;
import java.util.ArrayList;
import java.util.List;

/**
 * One connection of a device of which it is noted what it was given.
 *
 * @param connection tells connections of one device apart
 */
record GivenDevice(String tenant, String user, String device, long connection, StoredProgress progress) {
    /** One device, whatever its connections. */
    record Key(String tenant, String user, String device) {}

    static GivenDevice of(Sender sender, CatchUp.Device connection) {
        return new GivenDevice(
                sender.tenant().id(), sender.user(), sender.device(), sender.connection(), connection.progress());
    }

    Key key() {
        return new Key(tenant, user, device);
    }

    Reader reader() {
        return new Reader(tenant, user);
    }

    /** Takes what it was given since the last call. */
    List<Given> take() {
        List<Given> all = new ArrayList<>(0);
        for (StoredProgress.Given given : progress.takeGiven()) {
            ConversationRef.ofId(given.conversation())
                    .ifPresent(conversation ->
                            all.add(new Given(user, device, conversation, given.fromSeq(), given.toSeq())));
        }
        return all;
    }

    /** What could not be written down. */
    void giveBack(List<Given> given) {
        given.forEach(range -> progress.given(range.conversation().id(), range.fromSeq(), range.toSeq()));
    }
}
