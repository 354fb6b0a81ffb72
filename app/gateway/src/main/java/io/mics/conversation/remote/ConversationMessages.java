package io.mics.conversation.remote;

import io.mics.conversation.Conversations;
import io.mics.proto.pipeline.v1.Advance;
import io.mics.proto.pipeline.v1.Entries;
import io.mics.proto.pipeline.v1.Entry;
import io.mics.proto.pipeline.v1.Given;
import io.mics.proto.pipeline.v1.Members;
import io.mics.proto.pipeline.v1.Message;
import io.mics.proto.pipeline.v1.Missed;
import io.mics.proto.pipeline.v1.MissedPart;
import io.mics.proto.pipeline.v1.Page;
import io.mics.proto.pipeline.v1.ReadMark;
import io.mics.protocol.ConversationFrame;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.StoredMessage;
import java.util.List;

/** What is stored, as nodes write it to each other. Reading throws {@link IllegalArgumentException} for what is not. */
final class ConversationMessages {
    private ConversationMessages() {}

    static ConversationRef conversation(String id) {
        return ConversationRef.ofId(id)
                .orElseThrow(() -> new IllegalArgumentException("conversation_id: not canonical"));
    }

    static Message message(StoredMessage stored) {
        return Message.newBuilder()
                .setConversationId(stored.conversation().id())
                .setSeq(stored.seq())
                .setMessageId(stored.messageId())
                .setSenderId(stored.sender())
                .setDeviceId(stored.device())
                .setClientMsgId(stored.clientMsgId())
                .setContentType(stored.contentType())
                .setBody(stored.body())
                .putAllHeaders(stored.headers())
                .setCreatedMs(stored.createdMs())
                .setEditedMs(stored.editedMs())
                .setVersion(stored.version())
                .setRecalledMs(stored.recalledMs())
                .build();
    }

    static StoredMessage message(Message message) {
        return new StoredMessage(
                conversation(message.getConversationId()),
                message.getSeq(),
                message.getMessageId(),
                message.getSenderId(),
                message.getDeviceId(),
                message.getClientMsgId(),
                message.getContentType(),
                message.getBody(),
                message.getHeadersMap(),
                message.getCreatedMs(),
                message.getEditedMs(),
                message.getVersion(),
                message.getRecalledMs());
    }

    static Page page(Conversations.Page page) {
        Page.Builder built = Page.newBuilder()
                .setFirstSeq(page.firstSeq())
                .setLastSeq(page.lastSeq())
                .setHasMore(page.hasMore());
        page.messages().forEach(message -> built.addMessages(message(message)));
        return built.build();
    }

    static Conversations.Page page(Page page) {
        return new Conversations.Page(
                page.getMessagesList().stream()
                        .map(ConversationMessages::message)
                        .toList(),
                page.getFirstSeq(),
                page.getLastSeq(),
                page.getHasMore());
    }

    static Entries entries(Conversations.Entries entries) {
        Entries.Builder built = Entries.newBuilder().setNextCursor(entries.nextCursor());
        for (ConversationFrame.Entry entry : entries.entries()) {
            Entry.Builder one = Entry.newBuilder()
                    .setConversationId(entry.conversation())
                    .setUnread(entry.unread())
                    .setLastSeq(entry.lastSeq())
                    .setReadSeq(entry.readSeq())
                    .setFirstSeq(entry.firstSeq());
            StoredMessage last = entry.last();
            if (last != null) {
                one.setLast(message(last));
            }
            built.addEntries(one);
        }
        return built.build();
    }

    static Conversations.Entries entries(Entries entries) {
        return new Conversations.Entries(
                entries.getEntriesList().stream()
                        .map(entry -> new ConversationFrame.Entry(
                                entry.getConversationId(),
                                entry.hasLast() ? message(entry.getLast()) : null,
                                entry.getUnread(),
                                entry.getLastSeq(),
                                entry.getReadSeq(),
                                entry.getFirstSeq()))
                        .toList(),
                entries.getNextCursor());
    }

    static ReadMark readMark(Conversations.ReadMark mark) {
        return ReadMark.newBuilder()
                .setReadSeq(mark.readSeq())
                .setUnread(mark.unread())
                .setLastSeq(mark.lastSeq())
                .setMoved(mark.moved())
                .build();
    }

    static Conversations.ReadMark readMark(ReadMark mark) {
        return new Conversations.ReadMark(mark.getReadSeq(), mark.getUnread(), mark.getLastSeq(), mark.getMoved());
    }

    static Members members(Conversations.Members members) {
        return Members.newBuilder()
                .addAllUserIds(members.users())
                .setNext(members.next())
                .build();
    }

    static Conversations.Members members(Members members) {
        return new Conversations.Members(members.getUserIdsList(), members.getNext());
    }

    static Missed missed(Conversations.Missed missed) {
        Missed.Builder built = Missed.newBuilder();
        for (Conversations.MissedPart part : missed.parts()) {
            built.addParts(MissedPart.newBuilder()
                    .setConversationId(part.conversation().id())
                    .setSeenSeq(part.seenSeq())
                    .setLastSeq(part.lastSeq())
                    .setCreatedMs(part.createdMs()));
        }
        return built.build();
    }

    static Conversations.Missed missed(Missed missed) {
        return new Conversations.Missed(missed.getPartsList().stream()
                .map(part -> new Conversations.MissedPart(
                        conversation(part.getConversationId()),
                        part.getSeenSeq(),
                        part.getLastSeq(),
                        part.getCreatedMs()))
                .toList());
    }

    static Advance advance(List<Conversations.Given> given) {
        Advance.Builder built = Advance.newBuilder();
        for (Conversations.Given range : given) {
            built.addGiven(Given.newBuilder()
                    .setUserId(range.user())
                    .setDeviceId(range.device())
                    .setConversationId(range.conversation().id())
                    .setFromSeq(range.fromSeq())
                    .setToSeq(range.toSeq()));
        }
        return built.build();
    }

    static List<Conversations.Given> given(Advance advance) {
        return advance.getGivenList().stream()
                .map(range -> new Conversations.Given(
                        range.getUserId(),
                        range.getDeviceId(),
                        conversation(range.getConversationId()),
                        range.getFromSeq(),
                        range.getToSeq()))
                .toList();
    }
}
