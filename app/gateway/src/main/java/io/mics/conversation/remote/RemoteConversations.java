package io.mics.conversation.remote;

import com.google.protobuf.ByteString;
import io.mics.conversation.Conversations;
import io.mics.conversation.Reply;
import io.mics.proto.pipeline.v1.After;
import io.mics.proto.pipeline.v1.AskRequest;
import io.mics.proto.pipeline.v1.AskResponse;
import io.mics.proto.pipeline.v1.ChangeMembers;
import io.mics.proto.pipeline.v1.Clear;
import io.mics.proto.pipeline.v1.Edit;
import io.mics.proto.pipeline.v1.FindMessage;
import io.mics.proto.pipeline.v1.FindMissed;
import io.mics.proto.pipeline.v1.FindOwnMessage;
import io.mics.proto.pipeline.v1.ForgetDevice;
import io.mics.proto.pipeline.v1.Hide;
import io.mics.proto.pipeline.v1.IsMember;
import io.mics.proto.pipeline.v1.LastSeqBefore;
import io.mics.proto.pipeline.v1.ListConversations;
import io.mics.proto.pipeline.v1.ListMembers;
import io.mics.proto.pipeline.v1.MarkRead;
import io.mics.proto.pipeline.v1.Recall;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.StoredMessage;
import java.util.List;
import java.util.function.Function;

/** Stored conversations, asked of another node. One that does not answer is an answer, never an exception. */
public final class RemoteConversations implements Conversations {
    /** Members in one question: an id has 128 characters at most. */
    private static final int MEMBERS_AT_ONCE = 5_000;

    private final PipelineNodes nodes;

    public RemoteConversations(PipelineNodes nodes) {
        this.nodes = nodes;
    }

    @Override
    public Reply<Page> after(Reader reader, ConversationRef conversation, long afterSeq, int limit) {
        return page(of(reader, conversation)
                .setAfter(After.newBuilder().setAfterSeq(afterSeq).setLimit(limit)));
    }

    @Override
    public Reply<Entries> list(Reader reader, long changedSinceMs, int limit, String cursor) {
        ListConversations.Builder which = ListConversations.newBuilder()
                .setChangedSinceMs(changedSinceMs)
                .setLimit(limit)
                .setCursor(cursor);
        return ask(
                of(reader).setList(which),
                AskResponse.AnswerCase.ENTRIES,
                answer -> ConversationMessages.entries(answer.getEntries()));
    }

    @Override
    public Reply<ReadMark> markRead(Reader reader, ConversationRef conversation, long seq) {
        return ask(
                of(reader, conversation).setMarkRead(MarkRead.newBuilder().setSeq(seq)),
                AskResponse.AnswerCase.READ_MARK,
                answer -> ConversationMessages.readMark(answer.getReadMark()));
    }

    @Override
    public Reply<StoredMessage> find(Reader reader, long messageId) {
        return message(of(reader).setFindMessage(FindMessage.newBuilder().setMessageId(messageId)));
    }

    @Override
    public Reply<StoredMessage> find(Reader reader, ConversationRef conversation, String clientMsgId) {
        return message(of(reader, conversation)
                .setFindOwnMessage(FindOwnMessage.newBuilder().setClientMsgId(clientMsgId)));
    }

    @Override
    public Reply<StoredMessage> recall(Reader reader, StoredMessage message, long nowMs) {
        return message(of(reader)
                .setRecall(Recall.newBuilder()
                        .setMessage(ConversationMessages.message(message))
                        .setNowMs(nowMs)));
    }

    @Override
    public Reply<StoredMessage> edit(Reader reader, StoredMessage message, ByteString body, long nowMs) {
        return message(of(reader)
                .setEdit(Edit.newBuilder()
                        .setMessage(ConversationMessages.message(message))
                        .setBody(body)
                        .setNowMs(nowMs)));
    }

    @Override
    public Reply<Boolean> hide(Reader reader, ConversationRef conversation, List<Long> seqs) {
        return done(of(reader, conversation).setHide(Hide.newBuilder().addAllSeqs(seqs)));
    }

    @Override
    public Reply<Boolean> clear(Reader reader, ConversationRef conversation, long upToSeq) {
        return done(of(reader, conversation).setClear(Clear.newBuilder().setUpToSeq(upToSeq)));
    }

    @Override
    public Reply<Long> lastSeqBefore(Reader reader, ConversationRef conversation, long timeMs) {
        return ask(
                of(reader, conversation)
                        .setLastSeqBefore(LastSeqBefore.newBuilder().setTimeMs(timeMs)),
                AskResponse.AnswerCase.SEQ,
                AskResponse::getSeq);
    }

    @Override
    public Reply<Boolean> isMember(String tenant, ConversationRef.Group group, String user) {
        return done(of(new Reader(tenant, user), group).setIsMember(IsMember.getDefaultInstance()));
    }

    @Override
    public Reply<Members> members(String tenant, ConversationRef.Group group, String after, int limit) {
        return ask(
                of(new Reader(tenant, ""), group)
                        .setListMembers(ListMembers.newBuilder().setAfter(after).setLimit(limit)),
                AskResponse.AnswerCase.MEMBERS,
                answer -> ConversationMessages.members(answer.getMembers()));
    }

    @Override
    public Reply<Boolean> join(String tenant, ConversationRef.Group group, List<String> users) {
        return inParts(users, part -> done(of(new Reader(tenant, ""), group).setJoin(part)));
    }

    @Override
    public Reply<Boolean> leave(String tenant, ConversationRef.Group group, List<String> users) {
        return inParts(users, part -> done(of(new Reader(tenant, ""), group).setLeave(part)));
    }

    @Override
    public Reply<Missed> missed(Reader reader, String device, int limit) {
        return ask(
                of(reader)
                        .setFindMissed(
                                FindMissed.newBuilder().setDeviceId(device).setLimit(limit)),
                AskResponse.AnswerCase.MISSED,
                answer -> ConversationMessages.missed(answer.getMissed()));
    }

    @Override
    public Reply<Boolean> advance(String tenant, List<Given> given) {
        return done(of(new Reader(tenant, "")).setAdvance(ConversationMessages.advance(given)));
    }

    @Override
    public Reply<Boolean> forgetDevice(Reader reader, String device) {
        return done(of(reader).setForgetDevice(ForgetDevice.newBuilder().setDeviceId(device)));
    }

    private static Reply<Boolean> inParts(List<String> users, Function<ChangeMembers, Reply<Boolean>> change) {
        boolean changed = false;
        int from = 0;
        do {
            int to = Math.min(users.size(), from + MEMBERS_AT_ONCE);
            Reply<Boolean> reply = change.apply(ChangeMembers.newBuilder()
                    .addAllUserIds(users.subList(from, to))
                    .build());
            if (!(reply instanceof Reply.Ok<Boolean> ok)) {
                return reply;
            }
            changed |= ok.value();
            from = to;
        } while (from < users.size());
        return new Reply.Ok<>(changed);
    }

    private static AskRequest.Builder of(Reader reader) {
        return AskRequest.newBuilder().setTenantId(reader.tenant()).setUserId(reader.user());
    }

    private static AskRequest.Builder of(Reader reader, ConversationRef conversation) {
        return of(reader).setConversationId(conversation.id());
    }

    private Reply<Page> page(AskRequest.Builder question) {
        return ask(question, AskResponse.AnswerCase.PAGE, answer -> ConversationMessages.page(answer.getPage()));
    }

    private Reply<StoredMessage> message(AskRequest.Builder question) {
        return ask(
                question, AskResponse.AnswerCase.MESSAGE, answer -> ConversationMessages.message(answer.getMessage()));
    }

    private Reply<Boolean> done(AskRequest.Builder question) {
        return ask(question, AskResponse.AnswerCase.DONE, AskResponse::getDone);
    }

    private <T> Reply<T> ask(
            AskRequest.Builder question, AskResponse.AnswerCase expected, Function<AskResponse, T> read) {
        AskResponse answer = nodes.ask(question.build());
        return switch (answer.getAnswerCase()) {
            case NOT_FOUND -> new Reply.NotFound<>();
            case REFUSED -> new Reply.Refused<>(answer.getRefused());
            case UNAVAILABLE -> new Reply.Unavailable<>(answer.getUnavailable());
            case PAGE, ENTRIES, READ_MARK, MESSAGE, DONE, SEQ, MEMBERS, MISSED, ANSWER_NOT_SET ->
                answer.getAnswerCase() == expected ? read(answer, read) : unreadable();
        };
    }

    private static <T> Reply<T> read(AskResponse answer, Function<AskResponse, T> read) {
        try {
            return new Reply.Ok<>(read.apply(answer));
        } catch (IllegalArgumentException e) {
            return unreadable();
        }
    }

    private static <T> Reply<T> unreadable() {
        return new Reply.Unavailable<>("unreadable answer");
    }
}
