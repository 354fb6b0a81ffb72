package io.mics.conversation.remote;

import io.mics.conversation.Conversations;
import io.mics.conversation.Conversations.Reader;
import io.mics.conversation.Reply;
import io.mics.proto.pipeline.v1.After;
import io.mics.proto.pipeline.v1.AskRequest;
import io.mics.proto.pipeline.v1.AskResponse;
import io.mics.proto.pipeline.v1.Edit;
import io.mics.proto.pipeline.v1.FindMissed;
import io.mics.proto.pipeline.v1.LastSeqBefore;
import io.mics.proto.pipeline.v1.ListConversations;
import io.mics.proto.pipeline.v1.ListMembers;
import io.mics.proto.pipeline.v1.NotFound;
import io.mics.proto.pipeline.v1.Recall;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.StoredMessage;
import java.util.function.BiConsumer;

/** Answers other nodes' questions from this node's store. */
final class ConversationAnswers {
    private final Conversations store;

    ConversationAnswers(Conversations store) {
        this.store = store;
    }

    /**
     * Asks the store.
     *
     * @throws IllegalArgumentException this is no question, naming the field
     */
    AskResponse answer(AskRequest asked) {
        if (asked.getTenantId().isEmpty()) {
            throw new IllegalArgumentException("tenant_id: missing");
        }
        Reader reader = new Reader(asked.getTenantId(), asked.getUserId());
        return switch (asked.getQuestionCase()) {
            case AFTER -> after(reader, conversation(asked), asked.getAfter());
            case LIST -> list(reader, asked.getList());
            case MARK_READ ->
                markRead(reader, conversation(asked), asked.getMarkRead().getSeq());
            case FIND_MESSAGE ->
                message(store.find(reader, asked.getFindMessage().getMessageId()));
            case FIND_OWN_MESSAGE ->
                message(store.find(
                        reader, conversation(asked), asked.getFindOwnMessage().getClientMsgId()));
            case RECALL -> recall(reader, asked.getRecall());
            case EDIT -> edit(reader, asked.getEdit());
            case HIDE ->
                done(store.hide(reader, conversation(asked), asked.getHide().getSeqsList()));
            case CLEAR ->
                done(store.clear(reader, conversation(asked), asked.getClear().getUpToSeq()));
            case LAST_SEQ_BEFORE -> lastSeqBefore(reader, conversation(asked), asked.getLastSeqBefore());
            case IS_MEMBER -> done(store.isMember(reader.tenant(), group(asked), reader.user()));
            case LIST_MEMBERS -> members(reader.tenant(), group(asked), asked.getListMembers());
            case JOIN ->
                done(store.join(reader.tenant(), group(asked), asked.getJoin().getUserIdsList()));
            case LEAVE ->
                done(store.leave(reader.tenant(), group(asked), asked.getLeave().getUserIdsList()));
            case FIND_MISSED -> missed(reader, asked.getFindMissed());
            case ADVANCE -> done(store.advance(reader.tenant(), ConversationMessages.given(asked.getAdvance())));
            case FORGET_DEVICE ->
                done(store.forgetDevice(reader, asked.getForgetDevice().getDeviceId()));
            case QUESTION_NOT_SET -> throw new IllegalArgumentException("question: missing, or of a later release");
        };
    }

    private static ConversationRef conversation(AskRequest asked) {
        return ConversationMessages.conversation(asked.getConversationId());
    }

    private static ConversationRef.Group group(AskRequest asked) {
        if (conversation(asked) instanceof ConversationRef.Group group) {
            return group;
        }
        throw new IllegalArgumentException("conversation_id: no group");
    }

    private AskResponse after(Reader reader, ConversationRef conversation, After after) {
        return page(store.after(reader, conversation, after.getAfterSeq(), after.getLimit()));
    }

    private AskResponse list(Reader reader, ListConversations list) {
        return response(
                store.list(reader, list.getChangedSinceMs(), list.getLimit(), list.getCursor()),
                (answer, entries) -> answer.setEntries(ConversationMessages.entries(entries)));
    }

    private AskResponse markRead(Reader reader, ConversationRef conversation, long seq) {
        return response(
                store.markRead(reader, conversation, seq),
                (answer, mark) -> answer.setReadMark(ConversationMessages.readMark(mark)));
    }

    private AskResponse recall(Reader reader, Recall recall) {
        return message(store.recall(reader, ConversationMessages.message(recall.getMessage()), recall.getNowMs()));
    }

    private AskResponse edit(Reader reader, Edit edit) {
        return message(
                store.edit(reader, ConversationMessages.message(edit.getMessage()), edit.getBody(), edit.getNowMs()));
    }

    private AskResponse lastSeqBefore(Reader reader, ConversationRef conversation, LastSeqBefore before) {
        return response(store.lastSeqBefore(reader, conversation, before.getTimeMs()), AskResponse.Builder::setSeq);
    }

    private AskResponse members(String tenant, ConversationRef.Group group, ListMembers list) {
        return response(
                store.members(tenant, group, list.getAfter(), list.getLimit()),
                (answer, members) -> answer.setMembers(ConversationMessages.members(members)));
    }

    private AskResponse missed(Reader reader, FindMissed find) {
        return response(
                store.missed(reader, find.getDeviceId(), find.getLimit()),
                (answer, missed) -> answer.setMissed(ConversationMessages.missed(missed)));
    }

    private static AskResponse page(Reply<Conversations.Page> reply) {
        return response(reply, (answer, page) -> answer.setPage(ConversationMessages.page(page)));
    }

    private static AskResponse message(Reply<StoredMessage> reply) {
        return response(reply, (answer, message) -> answer.setMessage(ConversationMessages.message(message)));
    }

    private static AskResponse done(Reply<Boolean> reply) {
        return response(reply, AskResponse.Builder::setDone);
    }

    private static <T> AskResponse response(Reply<T> reply, BiConsumer<AskResponse.Builder, T> set) {
        AskResponse.Builder answer = AskResponse.newBuilder();
        switch (reply) {
            case Reply.Ok<T> ok -> set.accept(answer, ok.value());
            case Reply.NotFound<T> none -> answer.setNotFound(NotFound.getDefaultInstance());
            case Reply.Refused<T> refused -> answer.setRefused(refused.reason());
            case Reply.Unavailable<T> away -> answer.setUnavailable(away.cause());
        }
        return answer.build();
    }
}
