package io.mics.conversation.remote;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.mics.conversation.Conversations;
import io.mics.observe.Log;
import io.mics.proto.pipeline.v1.AskRequest;
import io.mics.proto.pipeline.v1.AskResponse;
import io.mics.routing.link.LinkProtocol;
import io.mics.routing.link.LinkSettings;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Answers other nodes from this node's store, on the port of the node links. */
public final class GrpcConversationsService implements ServerCallHandler<AskRequest, AskResponse> {
    private static final Log LOG = Log.of(GrpcConversationsService.class);

    /** Questions in hand at one time: more would only wait for connections to the database. */
    private static final int MOST = 128;

    private final ConversationAnswers answers;
    private final LinkProtocol.Token token;
    private final Semaphore permits = new Semaphore(MOST);

    /** Answers from {@code store} whoever shows the cluster's token. */
    public GrpcConversationsService(Conversations store, LinkSettings settings) {
        answers = new ConversationAnswers(store);
        token = new LinkProtocol.Token(settings.token());
    }

    /** For the links' port. */
    public ServerServiceDefinition definition() {
        return ServerServiceDefinition.builder(ConversationsProtocol.SERVICE)
                .addMethod(ConversationsProtocol.ASK, this)
                .build();
    }

    @Override
    public ServerCall.Listener<AskRequest> startCall(ServerCall<AskRequest, AskResponse> call, Metadata metadata) {
        return new Question(call, token.isShown(metadata));
    }

    /** One question, on its stream's thread. */
    private final class Question extends ServerCall.Listener<AskRequest> {
        private final ServerCall<AskRequest, AskResponse> call;
        private final boolean authorized;
        private @Nullable AskRequest request;
        private boolean closed;

        Question(ServerCall<AskRequest, AskResponse> call, boolean authorized) {
            this.call = call;
            this.authorized = authorized;
        }

        /** The first moment at which Helidon can end a call. */
        @Override
        public void onReady() {
            if (authorized) {
                call.request(2); // one, and an end: Helidon loses count when a message meets no request
            } else {
                close(Status.UNAUTHENTICATED.withDescription("not the cluster's token"));
            }
        }

        @Override
        public void onMessage(AskRequest message) {
            request = message;
        }

        @Override
        public void onHalfClose() {
            AskRequest asked = request;
            if (closed) {
                return;
            }
            if (asked == null) {
                close(Status.INVALID_ARGUMENT.withDescription("no question"));
            } else if (!permits.tryAcquire()) {
                close(Status.RESOURCE_EXHAUSTED.withDescription("too many questions in hand"));
            } else {
                try {
                    answer(asked);
                } finally {
                    permits.release();
                }
            }
        }

        /** Must not throw: Helidon would write the question to its log. */
        private void answer(AskRequest asked) {
            try {
                AskResponse response = answers.answer(asked);
                call.sendHeaders(new Metadata());
                call.sendMessage(response);
                close(Status.OK);
            } catch (IllegalArgumentException e) {
                close(Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
            } catch (RuntimeException e) {
                LOG.error("conversations_answer_failed", e);
                close(Status.INTERNAL);
            }
        }

        private void close(Status status) {
            closed = true;
            call.close(status, new Metadata());
        }
    }
}
