package io.mics.conversation.remote;

import io.mics.proto.pipeline.v1.AskRequest;
import io.mics.proto.pipeline.v1.AskResponse;

/** The nodes of the cluster that open the store. */
public interface PipelineNodes {
    /** Asks one of them; the answer is {@code unavailable} where none answers in time. Blocks for a bounded time. */
    AskResponse ask(AskRequest question);
}
