package io.mics.conversation;

import io.mics.message.Sender;
import io.mics.protocol.ConversationFrame;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.ConversationRequest;
import io.mics.protocol.OutboundFrame;

/** What a device asks to see: its user's conversations, and what one of them holds. */
final class ReadConversations {
    private static final int USUAL = 50;
    private static final int MOST = 200;
    private static final int MOST_CURSOR = 256;

    private final Access access;
    private final Conversations conversations;

    ReadConversations(Access access, Conversations conversations) {
        this.access = access;
        this.conversations = conversations;
    }

    OutboundFrame sync(Sender sender, ConversationRequest.Sync sync) throws InterruptedException {
        String request = sync.requestId();
        if (sync.afterSeq() < 0) {
            return Failures.invalid("afterSeq", "afterSeq is negative", request);
        }
        if (sync.limit() < 0) {
            return Failures.invalid("limit", "limit is negative", request);
        }
        return switch (access.toRead(sender, sync.conversation())) {
            case Access.Decision.Refused refused -> Failures.refused(refused.reason(), request);
            case Access.Decision.Allowed allowed ->
                page(sender, allowed.conversation(), sync.afterSeq(), bounded(sync.limit()), request);
        };
    }

    private OutboundFrame page(Sender sender, ConversationRef conversation, long afterSeq, int limit, String request) {
        Reply<Conversations.Page> reply = conversations.after(readerOf(sender), conversation, afterSeq, limit);
        if (!(reply instanceof Reply.Ok<Conversations.Page> ok)) {
            return Failures.of(reply, request);
        }
        Conversations.Page page = ok.value();
        return new ConversationFrame.Page(
                conversation.id(),
                sender.tenant().id(),
                page.messages(),
                page.firstSeq(),
                page.lastSeq(),
                page.hasMore(),
                request);
    }

    OutboundFrame list(Sender sender, ConversationRequest.ListConversations list) {
        String request = list.requestId();
        if (list.changedSinceMs() < 0) {
            return Failures.invalid("changedSince", "changedSince is negative", request);
        }
        if (list.limit() < 0) {
            return Failures.invalid("limit", "limit is negative", request);
        }
        if (list.cursor().length() > MOST_CURSOR) {
            return Failures.invalid("cursor", "cursor is none that was given out", request);
        }
        Reply<Conversations.Entries> reply =
                conversations.list(readerOf(sender), list.changedSinceMs(), bounded(list.limit()), list.cursor());
        return switch (reply) {
            case Reply.Ok<Conversations.Entries> ok ->
                new ConversationFrame.Entries(
                        sender.tenant().id(), ok.value().entries(), ok.value().nextCursor(), request);
            case Reply.NotFound<Conversations.Entries> none ->
                Failures.invalid("cursor", "cursor is none that was given out", request);
            case Reply.Refused<Conversations.Entries> refused -> Failures.of(refused, request);
            case Reply.Unavailable<Conversations.Entries> away -> Failures.of(away, request);
        };
    }

    private static int bounded(long limit) {
        return limit == 0 ? USUAL : (int) Math.min(limit, MOST);
    }

    static Conversations.Reader readerOf(Sender sender) {
        return new Conversations.Reader(sender.tenant().id(), sender.user());
    }
}
