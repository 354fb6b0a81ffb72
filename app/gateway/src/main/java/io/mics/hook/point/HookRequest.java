package io.mics.hook.point;

import io.mics.sdk.plugin.HookContext;
import jakarta.json.stream.JsonGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a hook is asked, or notified of, at one point: the one class of that point. It says itself in each form that a
 * transport may need, so that transports carry any point; never changed.
 *
 * @param <A> what a hook answers
 */
public interface HookRequest<A> {
    /**
     * One about a message. The contracts of gRPC servers have a call for each, and recordings a form.
     *
     * @param <A> what a hook answers
     */
    sealed interface OfMessage<A> extends HookRequest<A>
            permits PreSendRequest, PostSendRequest, DeliveryRequest, RecallRequest {
        /** Bytes of the message's body, where it is part of this. */
        default int bodyBytes() {
            return 0;
        }
    }

    /** Where it is made. */
    HookPoint point();

    /** What distinguishes requests of one point, for hooks to see in their attributes; empty where there is one. */
    default String phase() {
        return "";
    }

    /** Writes it into an object that is open, by the names of the published contract. */
    void write(JsonGenerator json, HookContext context);

    /** This, or a copy where whoever gets it could change what others have. */
    default HookRequest<A> copy() {
        return this;
    }

    /**
     * Asks a plugin, which is a {@link HookPoint#pluginType}.
     *
     * @return what the plugin answered, which may be null or make no sense; {@link Acknowledged} where it answers
     *         nothing
     */
    @Nullable
    Object callPlugin(Object plugin, HookContext context) throws Exception;

    /** Reads the sort of answer that belongs to it. */
    A answer(AnswerReader reader) throws AnswerReader.UnusableException;
}
