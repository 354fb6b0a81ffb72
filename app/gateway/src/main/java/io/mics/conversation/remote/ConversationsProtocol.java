package io.mics.conversation.remote;

import io.grpc.MethodDescriptor;
import io.mics.proto.pipeline.v1.AskRequest;
import io.mics.proto.pipeline.v1.AskResponse;
import io.mics.routing.link.LinkProtocol;

/** What both ends agree on. */
final class ConversationsProtocol {
    static final String SERVICE = "mics.pipeline.v1.Conversations";

    /** What a page's messages may have beside their bodies, and a page beyond its bytes by its last body. */
    static final int LARGEST_ANSWER = 32 << 20;

    private static final AskRequest UNREADABLE = AskRequest.newBuilder().buildPartial();
    private static final AskResponse UNREADABLE_RESPONSE =
            AskResponse.newBuilder().buildPartial();

    static final MethodDescriptor<AskRequest, AskResponse> ASK = MethodDescriptor.<AskRequest, AskResponse>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Ask"))
            .setRequestMarshaller(LinkProtocol.marshaller(AskRequest.parser(), UNREADABLE))
            .setResponseMarshaller(LinkProtocol.marshaller(AskResponse.parser(), UNREADABLE_RESPONSE))
            .build();

    private ConversationsProtocol() {}
}
