package io.mics.hook;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.time.Duration;

/** One way to reach a backend. */
public interface HookTransport {
    /**
     * One question.
     *
     * @param baseUrl  where the tenant's hooks live
     * @param request  complete and signed
     * @param answers  reads the answer
     * @param deadline for the whole call, connecting included
     */
    record Call<A extends MessageLite>(
            HookOperation operation, String baseUrl, MessageLite request, Parser<A> answers, Duration deadline) {}

    /** Asks, and blocks until there is an answer or the deadline has passed. */
    <A extends MessageLite> HookReply<A> call(Call<A> call) throws InterruptedException;
}
